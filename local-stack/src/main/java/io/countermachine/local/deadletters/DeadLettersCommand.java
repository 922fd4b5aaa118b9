package io.countermachine.local.deadletters;

import static io.countermachine.local.text.DisplayFormat.printable;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.deadletters.Reason;
import io.countermachine.local.cli.KafkaOptions;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Topics;
import io.countermachine.local.text.DisplayFormat;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code counter-machine dead-letters}: summarizes the dead letters by reason, and prints the
 * newest ones with the positions of their records.
 */
@Command(
    name = "dead-letters",
    customSynopsis = "counter-machine dead-letters [options]",
    description =
        "list the records that could not be counted: how many by reason, and the newest ones")
public final class DeadLettersCommand extends LocalCommand {
  private static final int KINDS_KEPT = 1_000;
  private static final int KINDS_SHOWN = 3;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description =
          "number of records to list, default ${DEFAULT-VALUE}; 0 prints only the summary")
  private int limit = 20;

  @Option(
      names = "--reason",
      paramLabel =
          "empty|malformed|bad_event_name|bad_timestamp|future_timestamp|past_timestamp|bad_value|bad_key|no_group",
      description = "list only this reason")
  private String reason;

  @Option(names = "--topic", paramLabel = "NAME", description = "default ${DEFAULT-VALUE}")
  private String topic = Topics.DEAD_LETTERS;

  @Mixin private KafkaOptions kafka;

  private final Map<String, Long> byReason = new TreeMap<>();

  /** By reason and {@link DetailKind}, because a full detail is often unique. */
  private final Map<String, Map<String, Details>> details = new HashMap<>();

  /** The number of details of one kind, and the first of them. */
  private static final class Details {
    private final String example;
    private long count;

    Details(String example) {
      this.example = example;
    }
  }

  private final Deque<DeadLetterRecord> newest = new ArrayDeque<>();
  private long letters;

  @Override
  protected void check() {
    requireBetween("--limit", limit, 0, Integer.MAX_VALUE);
    if (reason != null && !Reason.labels().contains(reason)) {
      throw wrong("--reason %s: expected one of %s", reason, String.join(", ", Reason.labels()));
    }
  }

  @Override
  protected int run() {
    Properties client = kafka.client();
    try {
      DeadLetterRecord.forEach(client, topic, this::add);
      print();
      return DONE;
    } catch (IllegalArgumentException e) {
      return fail("%s at %s; --topic names another", e.getMessage(), kafka.servers());
    } catch (KafkaException e) {
      return fail(
          "%s does not answer: %s%nis the demo running? --bootstrap-servers names other brokers",
          kafka.servers(), e.getMessage());
    }
  }

  private void add(DeadLetterRecord letter) {
    if (reason != null && !reason.equals(letter.reason())) {
      return;
    }
    letters++;
    byReason.merge(letter.reason(), 1L, Long::sum);
    Map<String, Details> ofReason =
        details.computeIfAbsent(letter.reason(), first -> new HashMap<>());
    String kind = DetailKind.of(letter.detail());
    if (ofReason.size() < KINDS_KEPT || ofReason.containsKey(kind)) {
      ofReason.computeIfAbsent(kind, first -> new Details(letter.detail())).count++;
    }
    newest.add(letter);
    if (newest.size() > limit) {
      newest.remove();
    }
  }

  private void print() {
    String ofReason = reason == null ? "" : " of reason " + reason;
    out()
        .printf(
            "%s%s in %s at %s%n",
            DisplayFormat.count(letters, "dead letter"), ofReason, topic, kafka.servers());
    byReason.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            each -> {
              out().printf("%,10d  %s%n", each.getValue(), printable(each.getKey()));
              printDetails(details.get(each.getKey()));
            });
    if (!newest.isEmpty()) {
      out().printf("%nthe newest %,d, by topic/partition@offset of the record:%n", newest.size());
      newest.forEach(this::print);
    }
  }

  private void printDetails(Map<String, Details> kinds) {
    kinds.entrySet().stream()
        .sorted(
            Comparator.comparing((Map.Entry<String, Details> kind) -> -kind.getValue().count)
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(KINDS_SHOWN)
        .forEach(kind -> printKind(kind.getKey(), kind.getValue()));
    if (kinds.size() > KINDS_SHOWN) {
      out().printf("%14s  and others%n", "…");
    }
  }

  /** If a kind has only one detail, prints that detail. */
  private void printKind(String kind, Details of) {
    boolean isOne = of.count == 1 || kind.equals(of.example);
    out().printf("%,14d  %s%n", of.count, printable(isOne ? of.example : kind));
    if (!isOne) {
      out().printf("%14s  such as: %s%n", "", printable(of.example));
    }
  }

  private void print(DeadLetterRecord letter) {
    String truncated = letter.truncated();
    out()
        .printf(
            "%s/%d@%d  %s: %s%s%n    %s%n",
            printable(letter.sourceTopic()),
            letter.sourcePartition(),
            letter.sourceOffset(),
            printable(letter.reason()),
            printable(letter.detail()),
            truncated.isEmpty() ? "" : " (cut, " + printable(truncated) + ")",
            letter.value() == null ? "(no value)" : printable(new String(letter.value(), UTF_8)));
  }
}
