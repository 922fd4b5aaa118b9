package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalHttp;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.process.Timeouts;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The feature service, and a reader that constantly requests one key. That key gets no more events,
 * so every value except the right one is wrong. An error is acceptable.
 */
final class MonitoredService implements AutoCloseable {
  private static final String ANCHOR = "anchor";
  private static final int ANCHOR_EVENTS = 3;
  private static final Duration CALL_LIMIT = Duration.ofSeconds(3);

  /** A stale entry may be older than the anchor events, but its status says so. */
  private static final Set<String> STORE_FAILED = Set.of("ERROR", "STALE");

  private final Path folder;
  private final URI store;
  private final List<Path> catalogs;
  private final int port = Ports.free();
  private final URI address = URI.create("http://localhost:" + port);
  private final Thread reader = new Thread(this::read, "reader");
  private final AtomicLong answers = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final AtomicLong rightAnswers = new AtomicLong();
  private final List<String> wrongAnswers = new CopyOnWriteArrayList<>();
  private JavaProcess process;
  private int started;
  private volatile boolean counted;
  private volatile boolean tableIsEmpty;
  private volatile RuntimeException failure;
  private volatile boolean closed;

  /**
   * @param catalogs used in turn, one per start
   */
  MonitoredService(Path folder, URI store, List<Path> catalogs) {
    this.folder = folder;
    this.store = store;
    this.catalogs = List.copyOf(catalogs);
    reader.setDaemon(true);
  }

  /** Starts the process, and does not wait for it. */
  void start() {
    Path catalog = catalogs.get(started % catalogs.size());
    process =
        JavaProcess.start(
            JavaProcess.Command.featureService(
                "feature-service-" + started++,
                List.of(
                    "--server.address=127.0.0.1",
                    "--server.port=" + port,
                    "--counter-machine.grpc.enabled=false",
                    "--counter-machine.catalog=" + catalog,
                    "--counter-machine.dynamodb.endpoint=" + store,
                    "--counter-machine.cache.max-age=1s"),
                List.of("-Xmx256m", "-Xshare:auto", "-XX:TieredStopAtLevel=1")),
            folder);
  }

  /** Kills the process and starts it again with the next catalog, and does not wait for it. */
  void killAndStart() {
    process.kill();
    start();
  }

  void awaitReady() {
    ReadinessProbe.awaitReady(address, process);
  }

  /** Returns true if the process runs and reports that it is not ready. */
  boolean saysNotReady() {
    return process.isAlive()
        && LocalHttp.hasStatus(address.resolve("/actuator/health/readiness"), 503);
  }

  /** Sends the anchor events, the only ones of the key that the reader requests. */
  void plantAnchor(EventFeed feed) {
    for (int i = 0; i < ANCHOR_EVENTS; i++) {
      feed.send(view(ANCHOR));
    }
    reader.start();
  }

  /** A view by a user, with the current time. */
  static byte[] view(String user) {
    return "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"%s\"}"
        .formatted(System.currentTimeMillis() / 1_000, user)
        .getBytes(UTF_8);
  }

  private void read() {
    try {
      while (!closed) {
        readOnce();
        Await.pause();
      }
    } catch (RuntimeException e) {
      failure = e;
    }
  }

  private void readOnce() {
    Optional<JsonNode> answer = ask(ANCHOR);
    if (answer.isEmpty() || STORE_FAILED.contains(answer.get().at("/statuses/0").asText())) {
      // Before the first right response, the service may not have been started yet.
      errors.addAndGet(counted ? 1 : 0);
      return;
    }
    answers.incrementAndGet();
    // Until all anchor events have been counted once, any smaller value is acceptable.
    if (answer.get().at("/values/0").asDouble() == ANCHOR_EVENTS) {
      counted = true;
      rightAnswers.incrementAndGet();
    } else if (counted && !tableIsEmpty) {
      wrongAnswers.add(answer.get().toString());
    }
  }

  /** From now on, the reader's key may be missing, because the table has lost items. */
  void allowMissing() {
    tableIsEmpty = true;
  }

  /** Waits until the reader's key is right. It must then stay right. */
  void awaitRight() {
    long before = rightAnswers();
    Timeouts.await("a right answer of the service", () -> rightAnswers() > before);
    tableIsEmpty = false;
  }

  /** The number of a user's views according to the service; empty if the service does not know. */
  Optional<Double> views(String user) {
    return ask(user)
        .filter(answer -> answer.at("/statuses/0").asText().equals("OK"))
        .map(answer -> answer.at("/values/0").asDouble());
  }

  private Optional<JsonNode> ask(String user) {
    String body =
        "{\"features\":[\"user.view.lifetime\"],\"candidates\":[{\"userId\":\"%s\"}],\"include\":[\"statuses\"]}"
            .formatted(user);
    return LocalHttp.json(LocalHttp.post(address.resolve("/v1/features"), body).timeout(CALL_LIMIT))
        .map(response -> response.at("/results/0"));
  }

  /** The number of responses with a value, right or wrong. */
  long answers() {
    return answers.get();
  }

  /** The number of calls without a value. */
  long errors() {
    return errors.get();
  }

  /** The number of responses with the right value. */
  long rightAnswers() {
    return rightAnswers.get();
  }

  /**
   * What was wrong with the responses. A reader without right responses proves nothing.
   *
   * @param rightBefore the number of right responses before the period that must have more
   */
  List<String> failures(long rightBefore) {
    List<String> failures = new ArrayList<>();
    if (!wrongAnswers.isEmpty()) {
      failures.add("the service answered wrongly: " + wrongAnswers);
    }
    if (failure != null) {
      failures.add("the reader of the service ended: " + failure);
    }
    if (!counted) {
      failures.add("the service never had the right value");
    } else if (rightAnswers() <= rightBefore) {
      failures.add("the service had no right value after the last fault");
    }
    return failures;
  }

  @Override
  public void close() {
    closed = true;
    if (process != null) {
      process.close();
    }
  }
}
