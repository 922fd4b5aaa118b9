package io.countermachine.local.rules;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.deadletters.DeadLettersCommand;
import io.countermachine.local.process.TopicReader;
import io.countermachine.rules.RulesWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The options that name a topic of rules; without them it is the demo's. */
final class RulesTopicOptions {
  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog with the rules topic, its lists and key fields")
  private Path catalog;

  @Option(
      names = "--topic",
      paramLabel = "NAME",
      description = "default: the catalog's, or rules without a catalog")
  private String topic;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "LIST",
      description = "Kafka brokers, default: the demo's, ${DEFAULT-VALUE}")
  private String servers = DeadLettersCommand.DEFAULT_SERVERS;

  @Option(
      names = "--kafka-property",
      paramLabel = "KEY=VALUE",
      description = "passed to the Kafka client, for example for TLS; repeatable")
  private Map<String, String> kafkaProperties = Map.of();

  /** The catalog, where one is named. */
  Optional<Catalog> catalog() {
    return Optional.ofNullable(catalog).map(CatalogLoader::load);
  }

  /**
   * The rules of the catalog, where one is named.
   *
   * @throws IllegalStateException where that has none
   */
  Optional<Rules> rules() {
    return catalog()
        .map(
            named ->
                named
                    .rules()
                    .orElseThrow(
                        () ->
                            new IllegalStateException(
                                "%s has no rules; add for example rules: {topic: rules, lists: {bots: userId}}"
                                    .formatted(catalog))));
  }

  String topic() {
    return topic != null ? topic : rules().map(Rules::topic).orElse("rules");
  }

  String servers() {
    return servers;
  }

  Properties client() {
    Properties client = TopicReader.client(servers);
    client.putAll(kafkaProperties);
    return client;
  }

  /**
   * Writes a record, and returns once the topic has it.
   *
   * @param value null to lift what the key says
   * @throws IllegalStateException where there is no such topic, or it does not take the record
   */
  void write(byte[] key, byte[] value) {
    try (RulesWriter writer = new RulesWriter(client(), topic())) {
      writer.write(key, value);
    } catch (RulesWriter.WriteException e) {
      throw new IllegalStateException(
          "%s at %s%nis the demo running with a catalog that has rules? --bootstrap-servers and"
                  .formatted(e.getMessage(), servers)
              + " --topic name others",
          e);
    }
  }
}
