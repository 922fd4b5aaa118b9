package io.countermachine.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** DynamoDB Local, as it is, in memory and in a process of its own. */
public final class LocalDynamoDb implements AutoCloseable {
  /** Credentials that DynamoDB Local takes; any would do. */
  public static final Map<String, String> CREDENTIALS =
      Map.of("AWS_ACCESS_KEY_ID", "local", "AWS_SECRET_ACCESS_KEY", "local");

  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** By name, because the class cannot be loaded without DynamoDB Local. */
  private static final String MAIN_CLASS =
      LocalDynamoDb.class.getPackageName() + ".DynamoDbLocalMain";

  private final JavaProcess process;
  private final String address;

  private LocalDynamoDb(JavaProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Starts it on a port of this machine alone; logs go below the folder. */
  public static LocalDynamoDb start(Path folder, int port) {
    return start(folder, BindAddress.LOOPBACK, port);
  }

  /** Starts it on a port of an address; logs go below the folder. */
  public static LocalDynamoDb start(Path folder, BindAddress bind, int port) {
    // One database for all credentials and regions, so that any client sees the table.
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "dynamodb",
                Installation.localStack(),
                MAIN_CLASS,
                List.of(bind.listen(), "-inMemory", "-sharedDb", "-port", Integer.toString(port)),
                List.of(
                    "-Xmx1g",
                    "-Dsqlite4java.library.path="
                        + Installation.root().resolve("local-stack/target/lib")),
                Map.of()),
            folder);
    return new LocalDynamoDb(process, bind.host() + ":" + port);
  }

  /** Waits until it answers. */
  public LocalDynamoDb awaitReady() {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(endpoint()).timeout(Duration.ofSeconds(2)).build();
    process.awaitReady("DynamoDB Local", START_LIMIT, () -> answers(client, request));
    return this;
  }

  private static boolean answers(HttpClient client, HttpRequest request) {
    try {
      client.send(request, HttpResponse.BodyHandlers.discarding());
      return true;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for DynamoDB Local", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://" + address);
  }

  public JavaProcess process() {
    return process;
  }

  /** A client of it, to be closed by the caller. */
  public DynamoDbClient client() {
    return LocalDynamoDbClients.builder(endpoint()).build();
  }

  @Override
  public void close() {
    process.close();
  }
}
