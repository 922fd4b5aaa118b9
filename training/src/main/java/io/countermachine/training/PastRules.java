package io.countermachine.training;

import io.countermachine.catalog.Rules;
import io.countermachine.job.config.CatalogSource;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.rules.RulesFile;
import io.countermachine.training.replay.RuleHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.function.Consumer;
import org.apache.kafka.common.KafkaException;

/** Reads the source that {@code --rules} names: a file, or a topic. */
public final class PastRules {
  /** The value for "there were no rules". */
  private static final String NONE = "none";

  private PastRules() {}

  /**
   * Reads the rules of a catalog.
   *
   * @param source the option's value; null if it is not given
   * @param kafka the settings of Kafka's client
   * @param warning receives a warning if the catalog has rules and the option is missing
   * @return empty if nothing was blocked
   * @throws IllegalStateException if the source cannot be read
   */
  public static Optional<RuleHistory> read(
      String source, CatalogSource catalog, Properties kafka, Consumer<String> warning)
      throws IOException {
    Optional<Rules> rules = catalog.catalog().rules();
    if (source == null && rules.isPresent()) {
      warning.accept(
          "warning: the catalog has rules, but rows include blocked events: use --rules FILE, or --rules kafka:%s to read their topic, or --rules none if there were none"
              .formatted(rules.get().topic()));
    }
    if (source == null || source.equals(NONE)) {
      return Optional.empty();
    }
    Rules known =
        rules.orElseThrow(
            () ->
                new IllegalStateException(
                    "--rules: the catalog has no rules; add for example rules: {topic: rules, lists: {bots: userId}}"));
    RuleHistory.Builder records = new RuleHistory.Builder();
    if (source.startsWith(EventSources.TOPIC)) {
      readTopic(source.substring(EventSources.TOPIC.length()), kafka, records);
    } else {
      readFile(source, known, records);
    }
    return Optional.of(records.build(catalog));
  }

  private static void readFile(String file, Rules rules, RuleHistory.Builder records)
      throws IOException {
    if (!Files.isReadable(Path.of(file))) {
      throw new IllegalStateException(
          "--rules %s: there is no such file, or it is not readable".formatted(file));
    }
    List<RulesFile.PastLine> lines = RulesFile.readHistory(Path.of(file), rules);
    for (int line = 0; line < lines.size(); line++) {
      RulesFile.PastLine past = lines.get(line);
      records.add(past.record().key(), past.record().value(), past.publishedMillis(), line);
    }
  }

  private static void readTopic(String topic, Properties kafka, RuleHistory.Builder records) {
    try {
      TopicReader.forEach(
          kafka,
          topic,
          record -> records.add(record.key(), record.value(), record.timestamp(), record.offset()));
    } catch (IllegalArgumentException | KafkaException e) {
      throw new IllegalStateException(
          "--rules %s%s: %s; --bootstrap-servers names other brokers than %s"
              .formatted(EventSources.TOPIC, topic, e.getMessage(), kafka.get("bootstrap.servers")),
          e);
    }
  }
}
