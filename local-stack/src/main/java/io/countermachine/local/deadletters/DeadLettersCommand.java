package io.countermachine.local.deadletters;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.deadletters.Reason;
import io.countermachine.local.cli.Usage;
import io.countermachine.local.cli.UsageException;
import io.countermachine.local.process.Topics;
import io.countermachine.local.text.DisplayFormat;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;

/**
 * {@code counter-machine dead-letters}: what could not be counted, summed up by reason, and the
 * newest dead letters with where their records are.
 */
public final class DeadLettersCommand {
  /** The demo's broker. */
  public static final String DEFAULT_SERVERS = "localhost:9092";

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final int DETAILS_KEPT = 1_000;
  private static final int DETAILS_TOLD = 3;
  private static final String USAGE = Usage.of("dead-letters");

  /**
   * What is asked for.
   *
   * @param limit how many letters are listed, the newest ones
   * @param client properties of the Kafka client
   */
  record Options(String topic, int limit, Optional<String> reason, Properties client) {
    static Options parse(String... arguments) {
      String topic = Topics.DEAD_LETTERS;
      int limit = 20;
      String reason = null;
      Properties client = new Properties();
      client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, DEFAULT_SERVERS);
      for (int i = 0; i < arguments.length; i += 2) {
        String option = arguments[i];
        if (!USAGE.contains("  " + option + " ")) {
          throw new UsageException("unknown option " + option);
        }
        if (i + 1 == arguments.length) {
          throw new UsageException(option + " needs a value");
        }
        String value = arguments[i + 1];
        switch (option) {
          case "--topic" -> topic = value;
          case "--limit" -> limit = limit(value);
          case "--reason" -> reason = reason(value);
          case "--bootstrap-servers" -> client.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, value);
          case "--kafka-property" -> putProperty(client, value);
          default -> throw new UsageException("unknown option " + option);
        }
      }
      return new Options(topic, limit, Optional.ofNullable(reason), client);
    }

    private static String reason(String value) {
      if (!Reason.labels().contains(value)) {
        throw new UsageException(
            "--reason %s: expected %s".formatted(value, String.join(" or ", Reason.labels())));
      }
      return value;
    }

    private static int limit(String value) {
      if (!value.matches("\\d{1,9}")) {
        throw new UsageException("--limit " + value + ": expected a whole number of 0 or more");
      }
      return Integer.parseInt(value);
    }

    private static void putProperty(Properties client, String pair) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new UsageException("--kafka-property " + pair + ": expected KEY=VALUE");
      }
      client.put(pair.substring(0, equals), pair.substring(equals + 1));
    }

    String servers() {
      return client.getProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
    }
  }

  private final Options options;
  private final Map<String, Long> byReason = new TreeMap<>();

  /** By reason, how often each detail came; of details there may be one for every letter. */
  private final Map<String, Map<String, Long>> details = new HashMap<>();

  private final Deque<DeadLetterRecord> newest = new ArrayDeque<>();
  private long letters;

  private DeadLettersCommand(Options options) {
    this.options = options;
  }

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Lists what the arguments ask for, and returns the exit code. */
  static int run(PrintStream out, PrintStream err, String... arguments) {
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      out.print(USAGE);
      return DONE;
    }
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (UsageException e) {
      err.println("counter-machine dead-letters: " + e.getMessage());
      err.print(USAGE);
      return WRONG_USAGE;
    }
    try {
      DeadLettersCommand list = new DeadLettersCommand(options);
      DeadLetterRecord.forEach(options.client(), options.topic(), list::add);
      list.print(out);
      return DONE;
    } catch (IllegalArgumentException e) {
      err.printf(
          "counter-machine dead-letters: %s at %s; --topic names another%n",
          e.getMessage(), options.servers());
      return FAILED;
    } catch (KafkaException e) {
      err.printf(
          "counter-machine dead-letters: %s does not answer: %s%n%s%n",
          options.servers(),
          e.getMessage(),
          "is the demo running? --bootstrap-servers names other brokers");
      return FAILED;
    }
  }

  private void add(DeadLetterRecord letter) {
    if (options.reason().isPresent() && !options.reason().get().equals(letter.reason())) {
      return;
    }
    letters++;
    byReason.merge(letter.reason(), 1L, Long::sum);
    Map<String, Long> ofReason =
        details.computeIfAbsent(letter.reason(), reason -> new HashMap<>());
    if (ofReason.size() < DETAILS_KEPT || ofReason.containsKey(letter.detail())) {
      ofReason.merge(letter.detail(), 1L, Long::sum);
    }
    newest.add(letter);
    if (newest.size() > options.limit()) {
      newest.remove();
    }
  }

  private void print(PrintStream out) {
    out.printf(
        "%s%s in %s at %s%n",
        DisplayFormat.count(letters, "dead letter"),
        options.reason().map(reason -> " of reason " + reason).orElse(""),
        options.topic(),
        options.servers());
    byReason.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .forEach(
            reason -> {
              out.printf(
                  "%,10d  %s%n", reason.getValue(), DisplayFormat.printable(reason.getKey()));
              printDetails(out, details.get(reason.getKey()));
            });
    if (!newest.isEmpty()) {
      out.printf("%nthe newest %,d, by topic/partition@offset of the record:%n", newest.size());
      newest.forEach(letter -> print(out, letter));
    }
  }

  private static void printDetails(PrintStream out, Map<String, Long> counts) {
    counts.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())))
        .limit(DETAILS_TOLD)
        .forEach(
            detail ->
                out.printf(
                    "%,14d  %s%n", detail.getValue(), DisplayFormat.printable(detail.getKey())));
    if (counts.size() > DETAILS_TOLD) {
      out.printf("%14s  and others%n", "…");
    }
  }

  private static void print(PrintStream out, DeadLetterRecord letter) {
    out.printf(
        "%s/%d@%d  %s: %s%s%n    %s%n",
        DisplayFormat.printable(letter.sourceTopic()),
        letter.sourcePartition(),
        letter.sourceOffset(),
        DisplayFormat.printable(letter.reason()),
        DisplayFormat.printable(letter.detail()),
        letter.truncated().isEmpty()
            ? ""
            : " (cut, " + DisplayFormat.printable(letter.truncated()) + ")",
        letter.value() == null
            ? "(no value)"
            : DisplayFormat.printable(new String(letter.value(), UTF_8)));
  }
}
