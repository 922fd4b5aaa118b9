package io.countermachine.job.config;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.TopicName;
import io.countermachine.item.CounterTable;
import io.countermachine.job.source.ChangedTopics;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;

/**
 * The job's own settings, from its program arguments. Flink's settings are passed beside them as
 * {@code -Dkey=value}.
 *
 * @param catalog the catalog file; empty for the bundled one
 * @param topics the topics of events, at least one, each once
 * @param changedTopics what to do if a restored position is no longer valid in its topic
 * @param dynamoDbEndpoint an endpoint to use instead of the region's, for example that of DynamoDB
 *     Local
 * @param flushInterval the shortest time between two writes of one key
 * @param confirmAfter how long after a start or a lost write an older write may still land; the
 *     keys affected are written once more after that time
 * @param inexactAllowed whether Flink and Kafka may be configured so that events count twice or not
 *     at all
 * @param republish whether every item of the state is written to the table again
 * @param republishRate the rate of republishing in items per second, above 0
 * @param backfillTopic the topic of sums of history; empty if none is read
 * @param kafkaProperties passed to every Kafka client, for example for security
 * @param awsProperties passed to the DynamoDB sink's client
 * @param flinkProperties Flink's configuration
 */
public record JobOptions(
    Optional<Path> catalog,
    String bootstrapServers,
    List<String> topics,
    String deadLetterTopic,
    String groupId,
    String table,
    Optional<URI> dynamoDbEndpoint,
    String region,
    boolean createTable,
    Duration flushInterval,
    Duration confirmAfter,
    Start start,
    ChangedTopics changedTopics,
    boolean inexactAllowed,
    boolean republish,
    double republishRate,
    Optional<String> backfillTopic,
    Map<String, String> kafkaProperties,
    Map<String, String> awsProperties,
    Map<String, String> flinkProperties) {

  /** Where a job starts from. */
  public enum Start {
    /**
     * The newest retained checkpoint. If there is none and the table is empty, the topic's
     * beginning.
     */
    AUTO,
    /** Empty state and the topic's beginning, whatever the table holds. */
    EARLIEST,
    /** Empty state and the topic's end, whatever the table holds. */
    LATEST
  }

  private static final String CREATE_TABLE = "--create-table";
  private static final String ALLOW_INEXACT = "--allow-inexact";
  private static final String REPUBLISH = "--republish";
  private static final Set<String> FLAGS = Set.of(CREATE_TABLE, ALLOW_INEXACT, REPUBLISH);

  /**
   * A flush has 20 slots, each with a timer, and sums before the shuffle wait a fifth of the flush.
   */
  private static final Duration SHORTEST_FLUSH = Duration.ofMillis(20);

  /** One write in 1,000 s. At lower rates, the computed times would overflow. */
  private static final double LOWEST_RATE = 0.001;

  private static final Duration LONGEST_FLUSH = Duration.ofHours(1);
  private static final Duration LONGEST_CONFIRM = Duration.ofDays(1);

  static final String USAGE =
      """
      usage: CounterJob [--option value | --flag | -Dflink.key=value]...
        --catalog FILE             catalog, default: the bundled one
        --bootstrap-servers LIST   Kafka brokers, default localhost:9092
        --topic NAME[,NAME]...     events, default events; repeatable
        --dead-letter-topic NAME   default: the first topic's name and .dead-letter
        --group-id NAME            consumer group of the committed offsets, default counter-machine
        --table NAME               DynamoDB table, default Counters
        --create-table             create the table and its TTL if missing
        --dynamodb-endpoint URL    default: the region's
        --region NAME              AWS region, default us-east-1
        --flush-interval DURATION  shortest time between two writes of one key, default 1s
        --confirm-after DURATION   how long after a start or a lost write an older write may still
                                   land; the keys affected are written once more then, default 90s
        --start auto|earliest|latest   where to start, default auto: the newest retained checkpoint
        --changed-topics refuse|reread  if a topic was created again or is in another cluster, so
                                   that restored offsets are not valid; default refuse: the job
                                   ends; reread: keep the counters, read it from its beginning
        --allow-inexact            start even if settings of Flink or Kafka let events count twice or
                                   not at all
        --republish                write every item of the restored state to the table again; set it
                                   for one start only
        --republish-rate N         how many items per second that writes, default 1000
        --backfill-topic NAME      sums of history that backfill hands over, default: none are read
        --kafka-property KEY=VALUE     passed to every Kafka client
        --aws-property KEY=VALUE       passed to the DynamoDB sink
      """;

  /**
   * Parses program arguments.
   *
   * @throws IllegalArgumentException naming the argument that is wrong and what would be right
   */
  public static JobOptions parse(String... arguments) {
    Map<String, String> values = new HashMap<>();
    List<String> topics = new ArrayList<>();
    Map<String, String> kafka = new HashMap<>();
    Map<String, String> aws = new HashMap<>();
    Map<String, String> flink = new HashMap<>();
    Set<String> flags = new HashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      if (argument.startsWith("-D")) {
        putProperty(flink, argument.substring(2), "-D");
      } else if (FLAGS.contains(argument)) {
        flags.add(argument);
      } else {
        if (i + 1 == arguments.length) {
          throw new IllegalArgumentException(argument + " needs a value\n" + USAGE);
        }
        String value = arguments[++i];
        if (value.isBlank()) {
          throw new IllegalArgumentException(argument + " has an empty value\n" + USAGE);
        }
        switch (argument) {
          case "--kafka-property" -> putProperty(kafka, value, argument);
          case "--aws-property" -> putProperty(aws, value, argument);
          case "--topic" -> addTopics(topics, value);
          case "--catalog",
              "--bootstrap-servers",
              "--dead-letter-topic",
              "--group-id",
              "--table",
              "--dynamodb-endpoint",
              "--region",
              "--flush-interval",
              "--confirm-after",
              "--changed-topics",
              "--start",
              "--republish-rate",
              "--backfill-topic" ->
              values.put(argument, value);
          default ->
              throw new IllegalArgumentException("unknown option " + argument + "\n" + USAGE);
        }
      }
    }
    if (topics.isEmpty()) {
      topics.add("events");
    }
    String deadLetterTopic =
        values.getOrDefault("--dead-letter-topic", topics.get(0) + ".dead-letter");
    requireTopicName("--dead-letter-topic", deadLetterTopic);
    if (topics.contains(deadLetterTopic)) {
      throw new IllegalArgumentException(
          "--topic %s is also the topic of dead letters: they would be read again without end; name another with --dead-letter-topic"
              .formatted(deadLetterTopic));
    }
    return new JobOptions(
        Optional.ofNullable(values.get("--catalog")).map(Path::of),
        values.getOrDefault("--bootstrap-servers", "localhost:9092"),
        List.copyOf(topics),
        deadLetterTopic,
        values.getOrDefault("--group-id", "counter-machine"),
        values.getOrDefault("--table", CounterTable.DEFAULT_NAME),
        Optional.ofNullable(values.get("--dynamodb-endpoint")).map(JobOptions::parseEndpoint),
        values.getOrDefault("--region", "us-east-1"),
        flags.contains(CREATE_TABLE),
        parseDuration(values, "--flush-interval", "1s", SHORTEST_FLUSH, LONGEST_FLUSH),
        parseDuration(values, "--confirm-after", "90s", Duration.ofMillis(1), LONGEST_CONFIRM),
        parseEnum(Start.class, "--start", values.getOrDefault("--start", "auto")),
        parseEnum(
            ChangedTopics.class,
            "--changed-topics",
            values.getOrDefault("--changed-topics", "refuse")),
        flags.contains(ALLOW_INEXACT),
        flags.contains(REPUBLISH),
        parseRate(values.getOrDefault("--republish-rate", "1000")),
        backfillTopic(values, topics, deadLetterTopic),
        Map.copyOf(kafka),
        Map.copyOf(aws),
        Map.copyOf(flink));
  }

  /**
   * The properties with which a Kafka client reaches the brokers: {@link #kafkaProperties} and
   * their addresses.
   */
  public Properties kafkaClientProperties() {
    Properties properties = new Properties();
    properties.putAll(kafkaProperties);
    properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    return properties;
  }

  private static void addTopics(List<String> topics, String names) {
    for (String name : names.split(",", -1)) {
      requireTopicName("--topic", name);
      if (topics.contains(name)) {
        throw new IllegalArgumentException("--topic names " + name + " twice");
      }
      topics.add(name);
    }
  }

  private static Optional<String> backfillTopic(
      Map<String, String> values, List<String> topics, String deadLetterTopic) {
    Optional<String> topic = Optional.ofNullable(values.get("--backfill-topic"));
    topic.ifPresent(name -> requireTopicName("--backfill-topic", name));
    if (topic.filter(name -> topics.contains(name) || name.equals(deadLetterTopic)).isPresent()) {
      throw new IllegalArgumentException(
          "--backfill-topic %s is a topic of events or dead letters, too; name one of its own"
              .formatted(topic.get()));
    }
    return topic;
  }

  private static void requireTopicName(String option, String name) {
    if (!TopicName.isValid(name)) {
      throw new IllegalArgumentException(
          "%s %s: expected a topic's name: 1 to 249 letters, digits, dots, - and _"
              .formatted(option, name));
    }
  }

  private static void putProperty(Map<String, String> properties, String pair, String option) {
    int equals = pair.indexOf('=');
    if (equals <= 0) {
      throw new IllegalArgumentException(option + " " + pair + ": expected KEY=VALUE");
    }
    properties.put(pair.substring(0, equals), pair.substring(equals + 1));
  }

  private static URI parseEndpoint(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(noEndpoint(text), e);
    }
    throw new IllegalArgumentException(noEndpoint(text));
  }

  private static String noEndpoint(String text) {
    return "--dynamodb-endpoint %s: expected a URL such as http://localhost:8000".formatted(text);
  }

  private static Duration parseDuration(
      Map<String, String> values,
      String option,
      String defaultText,
      Duration shortest,
      Duration longest) {
    String text = values.getOrDefault(option, defaultText);
    return Durations.parse(text)
        .filter(duration -> duration.compareTo(shortest) >= 0 && duration.compareTo(longest) <= 0)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "%s %s: expected a duration such as 500ms or 1s, from %s to %s"
                        .formatted(
                            option, text, Durations.format(shortest), Durations.format(longest))));
  }

  private static double parseRate(String text) {
    try {
      double rate = Double.parseDouble(text);
      if (rate >= LOWEST_RATE && rate < Double.POSITIVE_INFINITY) {
        return rate;
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number outside the range.
    }
    throw new IllegalArgumentException(
        "--republish-rate "
            + text
            + ": expected a number of items per second, at least "
            + LOWEST_RATE);
  }

  private static <E extends Enum<E>> E parseEnum(Class<E> type, String option, String text) {
    List<String> names = new ArrayList<>();
    for (E value : type.getEnumConstants()) {
      String name = value.name().toLowerCase(Locale.ROOT);
      if (name.equals(text)) {
        return value;
      }
      names.add(name);
    }
    throw new IllegalArgumentException(
        "%s %s: expected one of %s".formatted(option, text, String.join(", ", names)));
  }
}
