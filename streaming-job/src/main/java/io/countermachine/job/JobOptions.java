package io.countermachine.job;

import io.countermachine.catalog.Durations;
import io.countermachine.item.CounterTable;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The job's own settings, from its program arguments. Flink's settings stand beside them as {@code
 * -Dkey=value}.
 *
 * @param catalog the catalog file; empty for the bundled one
 * @param dynamoDbEndpoint another endpoint than the region's, as for DynamoDB Local
 * @param flushInterval the shortest time between two writes of one key
 * @param confirmAfter how long after a start or a lost write an older one may still come; keys that
 *     it may concern are written once more then
 * @param kafkaProperties passed to every Kafka client, as for security
 * @param awsProperties passed to the DynamoDB sink's client
 * @param flinkProperties Flink's configuration
 */
public record JobOptions(
    Optional<Path> catalog,
    String bootstrapServers,
    String topic,
    String deadLetterTopic,
    String groupId,
    String table,
    Optional<URI> dynamoDbEndpoint,
    String region,
    boolean createTable,
    Duration flushInterval,
    Duration confirmAfter,
    Start start,
    Map<String, String> kafkaProperties,
    Map<String, String> awsProperties,
    Map<String, String> flinkProperties) {

  /** Where a job starts from. */
  public enum Start {
    /**
     * The newest retained checkpoint; without one, and over an empty table, the topic's beginning.
     */
    AUTO,
    /** Empty state and the topic's beginning, whatever the table holds. */
    EARLIEST,
    /** Empty state and the topic's end, whatever the table holds. */
    LATEST
  }

  static final String USAGE =
      """
      usage: CounterJob [--option value | --flag | -Dflink.key=value]...
        --catalog FILE             catalog, default: the bundled one
        --bootstrap-servers LIST   Kafka brokers, default localhost:9092
        --topic NAME               events, default events
        --dead-letter-topic NAME   default: the topic's name and .dead-letter
        --group-id NAME            consumer group of the committed offsets, default counter-machine
        --table NAME               DynamoDB table, default Counters
        --create-table             create the table and its TTL where missing
        --dynamodb-endpoint URL    default: the region's
        --region NAME              AWS region, default us-east-1
        --flush-interval DURATION  shortest time between two writes of one key, default 1s
        --confirm-after DURATION   how long after a start or a lost write an older write may still
                                   come; what it may concern is written once more then, default 90s
        --start auto|earliest|latest   where to start, default auto: the newest retained checkpoint
        --kafka-property KEY=VALUE     passed to every Kafka client
        --aws-property KEY=VALUE       passed to the DynamoDB sink
      """;

  /**
   * Reads program arguments.
   *
   * @throws IllegalArgumentException naming the argument that is wrong and what would be right
   */
  public static JobOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    Map<String, String> kafka = new HashMap<>();
    Map<String, String> aws = new HashMap<>();
    Map<String, String> flink = new HashMap<>();
    boolean createTable = false;
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.startsWith("-D")) {
        putProperty(flink, argument.substring(2), "-D");
      } else if (argument.equals("--create-table")) {
        createTable = true;
      } else {
        if (i + 1 == arguments.length) {
          throw new IllegalArgumentException(argument + " needs a value\n" + USAGE);
        }
        String value = arguments[++i];
        switch (argument) {
          case "--kafka-property" -> putProperty(kafka, value, argument);
          case "--aws-property" -> putProperty(aws, value, argument);
          case "--catalog",
              "--bootstrap-servers",
              "--topic",
              "--dead-letter-topic",
              "--group-id",
              "--table",
              "--dynamodb-endpoint",
              "--region",
              "--flush-interval",
              "--confirm-after",
              "--start" ->
              values.put(argument, value);
          default ->
              throw new IllegalArgumentException("unknown option " + argument + "\n" + USAGE);
        }
      }
    }
    String topic = values.getOrDefault("--topic", "events");
    return new JobOptions(
        Optional.ofNullable(values.get("--catalog")).map(Path::of),
        values.getOrDefault("--bootstrap-servers", "localhost:9092"),
        topic,
        values.getOrDefault("--dead-letter-topic", topic + ".dead-letter"),
        values.getOrDefault("--group-id", "counter-machine"),
        values.getOrDefault("--table", CounterTable.DEFAULT_NAME),
        Optional.ofNullable(values.get("--dynamodb-endpoint")).map(URI::create),
        values.getOrDefault("--region", "us-east-1"),
        createTable,
        parseDuration(values, "--flush-interval", "1s"),
        parseDuration(values, "--confirm-after", "90s"),
        parseStart(values.getOrDefault("--start", "auto")),
        Map.copyOf(kafka),
        Map.copyOf(aws),
        Map.copyOf(flink));
  }

  private static void putProperty(Map<String, String> properties, String pair, String option) {
    int equals = pair.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException(option + " " + pair + ": expected KEY=VALUE");
    }
    properties.put(pair.substring(0, equals), pair.substring(equals + 1));
  }

  private static Duration parseDuration(
      Map<String, String> values, String option, String defaultText) {
    String text = values.getOrDefault(option, defaultText);
    return Durations.parse(text)
        .filter(interval -> !interval.isZero())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    option + " " + text + ": expected a duration such as 500ms or 1s"));
  }

  private static Start parseStart(String text) {
    for (Start start : Start.values()) {
      if (start.name().toLowerCase(Locale.ROOT).equals(text)) {
        return start;
      }
    }
    throw new IllegalArgumentException("--start " + text + ": expected auto, earliest or latest");
  }
}
