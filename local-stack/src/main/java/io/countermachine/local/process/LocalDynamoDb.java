package io.countermachine.local.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** An unmodified DynamoDB Local, in memory and in its own process. */
public final class LocalDynamoDb implements AutoCloseable {
  /** Credentials for DynamoDB Local, which accepts any. */
  public static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local");

  /**
   * A name instead of a class literal, because the class cannot be loaded without DynamoDB Local.
   */
  private static final String MAIN_CLASS =
      LocalDynamoDb.class.getPackageName() + ".DynamoDbLocalMain";

  private final JavaProcess process;
  private final URI endpoint;

  private LocalDynamoDb(JavaProcess process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it on a port that only this machine can reach. Logs go into the folder. */
  public static LocalDynamoDb start(Path folder, int port) {
    return start(folder, BindAddress.LOOPBACK, port);
  }

  /** Starts it on a port of an address. Logs go into the folder. */
  public static LocalDynamoDb start(Path folder, BindAddress bind, int port) {
    Path libraries = Installation.root().resolve("local-stack/target/lib");
    // One database for all credentials and regions, so that every client sees the table.
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "dynamodb",
                Installation.localStack(),
                MAIN_CLASS,
                List.of(bind.listen(), "-inMemory", "-sharedDb", "-port", Integer.toString(port)),
                List.of("-Xmx1g", "-Dsqlite4java.library.path=" + libraries),
                Map.of()),
            folder);
    return new LocalDynamoDb(process, URI.create("http://" + bind.host() + ":" + port));
  }

  /** Waits until it responds. */
  public LocalDynamoDb awaitReady() {
    process.awaitReady("DynamoDB Local", () -> LocalHttp.send(LocalHttp.get(endpoint)).isPresent());
    return this;
  }

  public URI endpoint() {
    return endpoint;
  }

  public JavaProcess process() {
    return process;
  }

  /** A client. The caller must close it. */
  public DynamoDbClient client() {
    return LocalDynamoDbClients.builder(endpoint).build();
  }

  @Override
  public void close() {
    process.close();
  }
}
