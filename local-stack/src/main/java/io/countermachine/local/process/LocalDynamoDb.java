package io.countermachine.local.process;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB Local, as it is, in memory and in a process of its own. */
public final class LocalDynamoDb implements AutoCloseable {
  /** Credentials that DynamoDB Local takes; any would do. */
  public static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local");

  /** By name, because the class cannot be loaded without DynamoDB Local. */
  private static final String MAIN_CLASS =
      LocalDynamoDb.class.getPackageName() + ".DynamoDbLocalMain";

  private final JavaProcess process;
  private final URI endpoint;

  private LocalDynamoDb(JavaProcess process, URI endpoint) {
    this.process = process;
    this.endpoint = endpoint;
  }

  /** Starts it on a port of this machine alone; logs go below the folder. */
  public static LocalDynamoDb start(Path folder, int port) {
    return start(folder, BindAddress.LOOPBACK, port);
  }

  /** Starts it on a port of an address; logs go below the folder. */
  public static LocalDynamoDb start(Path folder, BindAddress bind, int port) {
    Path libraries = Installation.root().resolve("local-stack/target/lib");
    // One database for all credentials and regions, so that any client sees the table.
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

  /** Waits until it answers. */
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

  /** A client of it, to be closed by the caller. */
  public DynamoDbClient client() {
    return LocalDynamoDbClients.builder(endpoint).build();
  }

  @Override
  public void close() {
    process.close();
  }
}
