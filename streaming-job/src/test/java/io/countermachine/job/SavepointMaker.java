package io.countermachine.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.job.config.CatalogText;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Topics;
import io.countermachine.local.traffic.EventSender;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes a savepoint of this release, to be kept under {@code src/test/resources/savepoints} and
 * restored by {@link SavepointIT} in all later releases. The argument is the folder to put it in,
 * whose name selects what is counted: {@code every-kind} or {@code uniques-and-lists}.
 */
public final class SavepointMaker {
  /**
   * The content of the state: two likes and two views of u1, including ids, a value, and a pair.
   */
  static final List<String> EVENTS =
      List.of(
          event("view", 0, "\"userId\":\"u1\",\"country\":\"FR\",\"eventId\":\"e0\""),
          event("like", 0, "\"userId\":\"u1\",\"eventId\":\"e1\""),
          event("like", 10_000, "\"userId\":\"u1\",\"eventId\":\"e2\""),
          event(
              "view",
              10_000,
              "\"userId\":\"u1\",\"postId\":\"p1\",\"country\":\"DE\",\"eventId\":\"e3\""),
          event("timespent", 10_000, "\"userId\":\"u2\",\"durationMs\":12.5"));

  /**
   * The same for uniques and lists: two posts of u1, the first twice, and two stays. The last event
   * is another user's, whose item shows that all earlier events are counted.
   */
  static final List<String> EVENTS_OF_LISTS =
      List.of(
          event(
              "view",
              10_000,
              "\"userId\":\"u1\",\"postId\":\"p2\",\"country\":\"DE\",\"eventId\":\"e1\""),
          event(
              "view",
              0,
              "\"userId\":\"u1\",\"postId\":\"p1\",\"country\":\"FR\",\"eventId\":\"e2\""),
          event("like", 10_000, "\"userId\":\"u1\",\"postId\":\"p1\",\"eventId\":\"e3\""),
          event(
              "view",
              5_000,
              "\"userId\":\"u1\",\"postId\":\"p1\",\"country\":\"FR\",\"eventId\":\"e4\""),
          event("timespent", 10_000, "\"userId\":\"u1\",\"durationMs\":12.5"),
          event("timespent", 10_000, "\"userId\":\"u1\",\"durationMs\":4"),
          event("timespent", 10_000, "\"userId\":\"u2\",\"durationMs\":1"));

  static final long T0 = 1_707_605_599_000L;

  private SavepointMaker() {}

  static String event(String name, long millisAfterT0, String fields) {
    return "{\"eventName\":\"%s\",\"eventTs\":%d,%s}".formatted(name, T0 + millisAfterT0, fields);
  }

  /** Runs broker, store and job, sends the events and stops the job with a savepoint. */
  public static void main(String[] arguments) throws IOException {
    Path target = Path.of(arguments[0]);
    Path folder = Files.createTempDirectory("savepoint");
    boolean lists = target.endsWith("uniques-and-lists");
    CatalogText counted = lists ? TestCatalogs.UNIQUES_AND_LISTS : TestCatalogs.KINDS;
    List<String> events = lists ? EVENTS_OF_LISTS : EVENTS;
    // The item of the catalog, those of u1 and u2, and that of the pair.
    int items = lists ? 3 : 4;
    Path catalog = Files.writeString(folder.resolve(counted.name()), counted.text());
    try (LocalBroker broker = LocalBroker.start(folder, Ports.free());
        LocalDynamoDb store = LocalDynamoDb.start(folder, Ports.free())) {
      broker.awaitReady();
      store.awaitReady();
      broker.createTopic(Topics.EVENTS, 2, 1 << 20);
      broker.createTopic(Topics.DEAD_LETTERS, 1, 1 << 21);
      try (EventSender sender = new EventSender(broker.bootstrapServers());
          RunningJob job =
              RunningJob.start(
                  "--catalog",
                  catalog.toString(),
                  "--bootstrap-servers",
                  broker.bootstrapServers(),
                  "--dynamodb-endpoint",
                  store.endpoint().toString(),
                  "--create-table",
                  "--start",
                  "earliest",
                  "-Dparallelism.default=1",
                  "-Dexecution.checkpointing.interval=1s")) {
        events.forEach(event -> sender.sendInOrder(event.getBytes(UTF_8)));
        sender.flush();
        try (var client = store.client()) {
          Await.until(
              "the items",
              Duration.ofMinutes(5),
              () -> client.scan(call -> call.tableName("Counters")).count() == items);
        }
        copy(Path.of(URI.create(job.stopWithSavepoint(folder))), target);
      }
    }
  }

  private static void copy(Path savepoint, Path target) throws IOException {
    Files.createDirectories(target);
    try (Stream<Path> files = Files.list(savepoint)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(file.getFileName().toString()));
      }
    }
  }
}
