package io.countermachine.training.backfill;

import static io.countermachine.local.text.DisplayFormat.count;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.CatalogHash;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.local.cli.KafkaOptions;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.table.TableOptions;
import io.countermachine.training.EventSources;
import io.countermachine.training.PastRules;
import io.countermachine.training.ProgressReports;
import io.countermachine.training.RunReport;
import io.countermachine.training.replay.BackfillRun;
import io.countermachine.training.replay.EventInput;
import io.countermachine.training.replay.RuleHistory;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** {@code counter-machine backfill}: hands the history of new measures to the running job. */
@Command(
    name = "backfill",
    customSynopsis =
        "counter-machine backfill --events PATH --catalog FILE --groups NAMES [options]",
    description =
        "count history for new groups or measures, and hand it to the running job exactly once")
public final class BackfillCommand extends LocalCommand {
  private static final long SECONDS_PER_REPORT = 5;

  @Option(
      names = "--events",
      paramLabel = "PATH",
      required = true,
      description =
          "events as JSON lines, plain or .gz: a file or a directory; or kafka:TOPIC, up to its current end")
  private String events;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      required = true,
      description = "the catalog of the running job")
  private Path catalog;

  @Option(
      names = "--groups",
      paramLabel = "NAMES",
      required = true,
      description = "the groups with new measures or intervals, separated by commas")
  private String groups;

  @Option(
      names = "--arrival-field",
      paramLabel = "FIELD",
      description =
          "the events' field with the record's timestamp, epoch milliseconds, by which history is cut; default: the"
              + " event's own time")
  private String arrivalField;

  @Option(
      names = "--rules",
      paramLabel = "SOURCE",
      description =
          "the rules, if the catalog has any: a file of rules as for demo, kafka:TOPIC for the rules' topic, or none")
  private String rules;

  @Option(
      names = "--backfill-topic",
      paramLabel = "NAME",
      description = "the job's --backfill-topic; created if missing; default: ${DEFAULT-VALUE}")
  private String topic = "events.backfill";

  @Mixin private KafkaOptions kafka;

  @Mixin private TableOptions table;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "concurrent tasks in this process; default: one per CPU")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Override
  protected void check() {
    requireBetween("--parallelism", parallelism, 1, 1_000);
    if (EventSources.isTopic(events) && arrivalField != null) {
      throw wrong("--arrival-field: the records of a topic came at their own timestamps");
    }
  }

  @Override
  protected int run() throws Exception {
    CatalogText text = CatalogText.read(catalog);
    List<Group> named = groups(text.catalog());
    NewMeasures.Found found;
    try {
      found = found(text, named);
    } catch (SdkException e) {
      return fail("%s", table.explain(e));
    }
    found.leftOut().forEach(each -> out().println("left out: " + each));
    Properties client = kafka.client();
    try (SumSender sender = SumSender.open(client, topic)) {
      return handOver(text, named, found.added(), client, sender);
    } catch (SdkException e) {
      return fail("%s", table.explain(e));
    } catch (KafkaException e) {
      return fail(
          "topic %s at %s: %s; run backfill again to see what was handed over",
          topic, kafka.servers(), e.getMessage());
    }
  }

  private List<Group> groups(Catalog counted) {
    List<Group> named = new ArrayList<>();
    for (String name : new LinkedHashSet<>(List.of(groups.split(",", -1)))) {
      named.add(
          counted
              .group(name)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "--groups: the catalog has no group \"%s\"; %s"
                              .formatted(
                                  name,
                                  Suggestions.of(
                                      name,
                                      counted.groups().stream().map(Group::name).toList())))));
    }
    return named;
  }

  /** The new measures, according to the job. */
  private NewMeasures.Found found(CatalogText text, List<Group> named) {
    CatalogItem item;
    try (DynamoDbClient client = table.client()) {
      item = new CounterTable(client, table.table()).catalogItem().orElse(null);
    }
    if (item == null || item.since().isEmpty()) {
      throw new IllegalStateException(
          "table %s does not say what its job counts: no job has written to it"
              .formatted(table.table()));
    }
    if (!item.catalog().equals(CatalogHash.of(text.text()))) {
      throw new IllegalStateException(
          "the job of table %s counts by another catalog than %s (hash %s, not %s): start it with this catalog first"
              .formatted(table.table(), catalog, item.catalog(), CatalogHash.of(text.text())));
    }
    if (!item.backfillTopic().equals(Optional.of(topic))) {
      throw new IllegalStateException(
          item.backfillTopic()
              .map(
                  other ->
                      "the job of table %s reads history from topic %s, not %s: name it with --backfill-topic"
                          .formatted(table.table(), other, topic))
              .orElse(
                  "the job of table %s does not read topic %s: start it with --backfill-topic %2$s, and wait for two of its checkpoints"
                      .formatted(table.table(), topic)));
    }
    return NewMeasures.of(named, text.catalog(), item);
  }

  private int handOver(
      CatalogText text,
      List<Group> named,
      List<NewMeasures> added,
      Properties client,
      SumSender sender)
      throws Exception {
    Map<String, Map<Long, Long>> before = sender.handedOver();
    List<String> known = new ArrayList<>();
    TreeMap<Long, List<NewMeasures>> byInstant = new TreeMap<>();
    for (NewMeasures each : added) {
      Long handedOver = before.getOrDefault(each.group(), Map.of()).get(each.sinceMillis());
      if (handedOver == null) {
        byInstant.computeIfAbsent(each.sinceMillis(), instant -> new ArrayList<>()).add(each);
      } else {
        known.add(
            "the history of group %s before %s was handed over at %s"
                .formatted(
                    each.group(),
                    Instant.ofEpochMilli(each.sinceMillis()),
                    Instant.ofEpochMilli(handedOver)));
      }
    }
    if (byInstant.isEmpty()) {
      return fail(
          "%s; nothing is left to hand over", String.join(System.lineSeparator() + "  ", known));
    }
    known.forEach(out()::println);
    Optional<RuleHistory> past = PastRules.read(rules, text, client, err()::println);
    EventInput input = EventSources.of(events, null, arrivalField, client);
    for (List<NewMeasures> each : byInstant.values()) {
      handOver(text, named, each, past, input, sender);
    }
    out().println("the job adds it within seconds");
    return DONE;
  }

  /** Hands over the measures that are new since the same instant, in one transaction. */
  private void handOver(
      CatalogText text,
      List<Group> named,
      List<NewMeasures> added,
      Optional<RuleHistory> past,
      EventInput input,
      SumSender sender)
      throws Exception {
    long cutMillis = added.get(0).sinceMillis();
    Map<String, Long> keys = new TreeMap<>();
    Map<String, Long> expired = new TreeMap<>();
    AtomicLong sent = new AtomicLong();
    BackfillRun run =
        BackfillRun.start(
            text,
            added.stream().map(NewMeasures::schema).toList(),
            cutMillis,
            past,
            input,
            parallelism);
    try (ProgressReports reports =
        ProgressReports.every(SECONDS_PER_REPORT, () -> progress(run.progress(), sent.get()))) {
      while (run.sums().hasNext()) {
        KeyedCounters sums = run.sums().next();
        String group = sums.counters().schema().name();
        if (isExpired(text.catalog().group(group).orElseThrow(), sums, cutMillis)) {
          expired.merge(group, 1L, Long::sum);
          continue;
        }
        sums.counters().trim();
        sender.send(sums);
        keys.merge(group, 1L, Long::sum);
        sent.incrementAndGet();
      }
    }
    BackfillRun.Progress result = run.result();
    // Flink's client only logs a warning if it misses results of a job that has ended.
    long received = sent.get() + expired.values().stream().mapToLong(Long::longValue).sum();
    if (received != result.sums()) {
      throw new IllegalStateException(
          "%,d of %,d keys were received from Flink: nothing is handed over, run backfill again"
              .formatted(received, result.sums()));
    }
    if (!found(text, named).added().containsAll(added)) {
      throw new IllegalStateException(
          "the job of table %s was restarted while history was counted: nothing is handed over, run backfill again"
              .formatted(table.table()));
    }
    sender.commit(added, keys);
    report(added, cutMillis, keys, expired, result);
  }

  /**
   * Returns true if the key had expired before the job counted the new measures. Expiry depends on
   * when events arrived, so a key with old events that arrived recently has not expired.
   */
  private boolean isExpired(Group group, KeyedCounters sums, long cutMillis) {
    boolean cameAtTheirInstants = arrivalField == null && !EventSources.isTopic(events);
    return cameAtTheirInstants
        && group
            .retain()
            .filter(retain -> sums.counters().lastUpdateMillis() + retain.toMillis() < cutMillis)
            .isPresent();
  }

  private void progress(BackfillRun.Progress progress, long sent) {
    err().println("  %,d events read, %,d keys sent".formatted(progress.events(), sent));
  }

  private void report(
      List<NewMeasures> added,
      long cutMillis,
      Map<String, Long> keys,
      Map<String, Long> expired,
      BackfillRun.Progress result) {
    for (NewMeasures each : added) {
      String group = each.group();
      out()
          .println(
              "handed over: %s of group %s with %s%s"
                  .formatted(
                      count(keys.getOrDefault(group, 0L), "key"),
                      group,
                      String.join(", ", each.names()),
                      expired.containsKey(group)
                          ? "; %s had expired".formatted(count(expired.get(group), "key"))
                          : ""));
    }
    out()
        .println(
            "counted: what came before %s of %,d events"
                .formatted(Instant.ofEpochMilli(cutMillis), result.events()));
    RunReport.deadLetters(result.deadLetters(), out());
  }
}
