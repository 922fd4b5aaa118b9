package io.countermachine.local.stub;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.process.LocalHttp;
import io.countermachine.local.process.Stalls;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A replacement for DynamoDB in its own process, for benchmarks that must not measure the store. It
 * speaks the wire protocol, enforces DynamoDB's limits on keys and batches, and responds after a
 * fixed latency.
 */
public final class DynamoDbStub implements AutoCloseable {
  /** DynamoDB's typical latency of a read. */
  public static final Duration USUAL_LATENCY = Duration.ofMillis(3);

  /** The prefix of partition keys whose first write the stub records. */
  public static final String WATCHED = "watched-";

  /** Operations that DynamoDB does not have. */
  static final String STATISTICS = "StubStatistics";

  static final String FIRST_WRITES = "StubFirstWrites";
  static final String STALLS = "StubStalls";
  static final String DELAY = "StubDelay";
  static final String REFUSE = "StubRefuse";
  static final String REFUSED_KEYS = "StubRefusedKeys";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final JavaProcess process;
  private final int port;

  private DynamoDbStub(JavaProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /**
   * How the stub behaves.
   *
   * @param latency the time from a call's last byte to its response
   * @param aliases whether a missing key gets the item of the same key without its suffixes of
   *     {@code ~} and digits, so that endlessly many distinct keys need only bounded memory
   * @param threads the number of threads that share the connections
   * @param heap the maximum heap, such as {@code 1g}
   */
  public record Options(Duration latency, boolean aliases, int threads, String heap) {
    public static final Options USUAL = new Options(USUAL_LATENCY, false, 1, "1g");
  }

  /**
   * The writes so far.
   *
   * @param calls the number of writing calls
   * @param items the number of items that were put, including repeated ones
   * @param bytes the size of those items as JSON on the wire
   * @param distinctItems the current number of items in all tables
   * @param lastWriteMillis the time of the last writing call, epoch milliseconds; 0 before the
   *     first
   */
  public record Statistics(
      long calls, long items, long bytes, long distinctItems, long lastWriteMillis) {}

  /** Starts it on a port, and waits until it responds. Its log goes into the folder. */
  public static DynamoDbStub start(Path folder, int port, Options options) {
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "dynamodb-stub",
                Installation.localStack(),
                StubServer.class.getName(),
                List.of(
                    Integer.toString(port),
                    Long.toString(options.latency().toNanos() / 1_000),
                    Boolean.toString(options.aliases()),
                    Integer.toString(options.threads())),
                List.of("-Xmx" + options.heap()),
                Map.of()),
            folder);
    process.awaitReady(
        "the DynamoDB stub", () -> LocalHttp.send(LocalHttp.get(endpoint(port))).isPresent());
    return new DynamoDbStub(process, port);
  }

  public URI endpoint() {
    return endpoint(port);
  }

  private static URI endpoint(int port) {
    return URI.create("http://localhost:" + port);
  }

  public JavaProcess process() {
    return process;
  }

  /** A client. The caller must close it. */
  public DynamoDbClient client() {
    return LocalDynamoDbClients.builder(endpoint()).build();
  }

  /** The writes so far. */
  public Statistics statistics() {
    return statistics(endpoint());
  }

  static Statistics statistics(URI endpoint) {
    return ask(endpoint, STATISTICS, new TypeReference<>() {});
  }

  /** When each key with the prefix {@link #WATCHED} was first written, epoch milliseconds. */
  public Map<String, Long> firstWritesMillis() {
    return firstWritesMillis(endpoint());
  }

  static Map<String, Long> firstWritesMillis(URI endpoint) {
    return ask(endpoint, FIRST_WRITES, new TypeReference<>() {});
  }

  /**
   * Answers one BatchGetItem of so many later from now on.
   *
   * @param calls 0 to delay none
   * @param by how much later than after the usual latency
   */
  public void delayOneReadOf(int calls, Duration by) {
    delayOneReadOf(endpoint(), calls, by);
  }

  static void delayOneReadOf(URI endpoint, int calls, Duration by) {
    Map<String, Object> unused =
        ask(
            endpoint,
            DELAY,
            "{\"oneOf\":%d,\"millis\":%d}".formatted(calls, by.toMillis()),
            new TypeReference<>() {});
  }

  /**
   * Throttles one BatchGetItem of so many from now on, and forgets which keys were refused before.
   *
   * @param calls 0 to refuse none, and to keep the keys
   */
  public void refuseOneReadOf(int calls) {
    refuseOneReadOf(endpoint(), calls);
  }

  static void refuseOneReadOf(URI endpoint, int calls) {
    Map<String, Object> unused =
        ask(endpoint, REFUSE, "{\"oneOf\":%d}".formatted(calls), new TypeReference<>() {});
  }

  /** The keys that were refused, each as group, space and key. */
  public Set<String> refusedKeys() {
    return refusedKeys(endpoint());
  }

  static Set<String> refusedKeys(URI endpoint) {
    return ask(endpoint, REFUSED_KEYS, new TypeReference<>() {});
  }

  private static <T> T ask(URI endpoint, String operation, TypeReference<T> type) {
    return ask(endpoint, operation, "{}", type);
  }

  private static <T> T ask(URI endpoint, String operation, String body, TypeReference<T> type) {
    return LocalHttp.json(
            LocalHttp.post(endpoint, body).header("X-Amz-Target", "DynamoDB_20120810." + operation))
        .map(statistics -> JSON.convertValue(statistics, type))
        .orElseThrow(() -> new IllegalStateException("the stub does not answer"));
  }

  /** How late the threads of the stub at an address ran since the last call. */
  public static Stalls.Seen stalls(URI endpoint) {
    return ask(endpoint, STALLS, new TypeReference<>() {});
  }

  @Override
  public void close() {
    process.close();
  }
}
