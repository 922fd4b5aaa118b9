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
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A stand-in for DynamoDB in a process of its own, for measurements in which the store must not be
 * what is measured: it speaks the wire protocol, enforces DynamoDB's limits on keys and batches,
 * and answers everything after one fixed latency.
 */
public final class DynamoDbStub implements AutoCloseable {
  /** DynamoDB's usual time for a read. */
  public static final Duration USUAL_LATENCY = Duration.ofMillis(3);

  /** How partition keys begin of which the stub notes when they were first written. */
  public static final String WATCHED = "watched-";

  /** Operations that DynamoDB does not have. */
  static final String STATISTICS = "StubStatistics";

  static final String FIRST_WRITES = "StubFirstWrites";
  static final String STALLS = "StubStalls";

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
   * @param latency from a call's last byte to its answer
   * @param aliases whether a key that is absent is answered with the item of the same key without
   *     its suffixes of {@code ~} and digits: endlessly many distinct keys in bounded memory
   * @param threads how many threads share the connections
   * @param heap the heap's bound, as in {@code 1g}
   */
  public record Options(Duration latency, boolean aliases, int threads, String heap) {
    public static final Options USUAL = new Options(USUAL_LATENCY, false, 1, "1g");
  }

  /**
   * What was written so far.
   *
   * @param calls that wrote
   * @param items that were put, as often as each was
   * @param bytes of those items, as JSON on the wire
   * @param distinctItems that all tables hold now
   * @param lastWriteMillis epoch milliseconds of the last such call; 0 before the first
   */
  public record Statistics(
      long calls, long items, long bytes, long distinctItems, long lastWriteMillis) {}

  /** Starts it on a port and waits until it answers; its log goes below the folder. */
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

  /** A client of it, to be closed by the caller. */
  public DynamoDbClient client() {
    return LocalDynamoDbClients.builder(endpoint()).build();
  }

  /** What was written so far. */
  public Statistics statistics() {
    return statistics(endpoint());
  }

  static Statistics statistics(URI endpoint) {
    return ask(endpoint, STATISTICS, new TypeReference<>() {});
  }

  /** When each key that begins with {@link #WATCHED} was first written, in epoch milliseconds. */
  public Map<String, Long> firstWritesMillis() {
    return firstWritesMillis(endpoint());
  }

  static Map<String, Long> firstWritesMillis(URI endpoint) {
    return ask(endpoint, FIRST_WRITES, new TypeReference<>() {});
  }

  private static <T> T ask(URI endpoint, String operation, TypeReference<T> type) {
    return LocalHttp.json(
            LocalHttp.post(endpoint, "{}").header("X-Amz-Target", "DynamoDB_20120810." + operation))
        .map(statistics -> JSON.convertValue(statistics, type))
        .orElseThrow(() -> new IllegalStateException("the stub does not answer"));
  }

  /** How late the stub at an address ran since this was asked last. */
  public static Stalls.Seen stalls(URI endpoint) {
    return ask(endpoint, STALLS, new TypeReference<>() {});
  }

  @Override
  public void close() {
    process.close();
  }
}
