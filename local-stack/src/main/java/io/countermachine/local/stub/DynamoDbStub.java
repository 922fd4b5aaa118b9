package io.countermachine.local.stub;

import io.countermachine.local.Installation;
import io.countermachine.local.JavaProcess;
import io.countermachine.local.StoreClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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

  private static final Duration START_LIMIT = Duration.ofMinutes(1);

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
    process.awaitReady("the DynamoDB stub", START_LIMIT, () -> listens(port));
    return new DynamoDbStub(process, port);
  }

  private static boolean listens(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public URI endpoint() {
    return URI.create("http://localhost:" + port);
  }

  public JavaProcess process() {
    return process;
  }

  /** A client of it, to be closed by the caller. */
  public DynamoDbClient client() {
    return StoreClients.builder(endpoint()).build();
  }

  @Override
  public void close() {
    process.close();
  }
}
