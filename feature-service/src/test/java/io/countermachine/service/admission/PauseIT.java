package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.CounterTable;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ReadinessProbe;
import io.countermachine.local.stub.StubServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * A pause of the whole process, such as a garbage collection, under half of the load that it can
 * handle. No requests may be rejected after the pause.
 */
@Timeout(300)
class PauseIT {
  private static final Duration PAUSE = Duration.ofMillis(300);
  private static final Duration STORE_LATENCY = Duration.ofMillis(5);

  /** Enough to keep two cores busy, and few enough that none waits for long. */
  private static final int CALLERS = 4;

  /**
   * Other work on the machine pauses the service, too, so the least disturbed of these runs counts.
   */
  private static final int RUNS = 3;

  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int TOO_MANY_REQUESTS = 429;

  @TempDir private static Path folder;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private HttpRequest request;
  private URI address;

  private static JavaProcess start(URI store, int port) {
    return JavaProcess.start(
        JavaProcess.Command.featureService(
            "feature-service",
            List.of(
                "--server.port=" + port,
                "--counter-machine.grpc.enabled=false",
                "--counter-machine.dynamodb.endpoint=" + store,
                "--counter-machine.cache.max-age=0"),
            List.of("-Xms256m", "-Xmx256m")),
        folder);
  }

  @Test
  void pause_underHalfLoad_turnsFewerThanOneInAHundredAway() throws Exception {
    int port = Ports.free();
    address = URI.create("http://localhost:" + port);
    request =
        HttpRequest.newBuilder(address.resolve("/v1/features"))
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}"))
            .build();
    try (StubServer store = StubServer.start(0, STORE_LATENCY, false, 1);
        DynamoDbClient tables = LocalDynamoDbClients.builder(store.endpoint()).build()) {
      new CounterTable(tables, CounterTable.DEFAULT_NAME).createIfMissing();
      try (JavaProcess service = start(store.endpoint(), port)) {
        ReadinessProbe.awaitReady(address, service);
        highestLoad(Duration.ofSeconds(3));
        List<String> runs = new ArrayList<>();
        boolean fewTurnedAway = false;
        while (!fewTurnedAway && runs.size() < RUNS) {
          double half = highestLoad(Duration.ofSeconds(2)) / 2;
          fewTurnedAway = areFewTurnedAway(service, half, runs);
        }
        assertThat(fewTurnedAway).as("in one of %s", runs).isTrue();
      }
    }
  }

  private boolean areFewTurnedAway(JavaProcess service, double perSecond, List<String> runs)
      throws Exception {
    int before = (int) (2 * perSecond);
    int during = (int) (perSecond * PAUSE.toNanos() / SECOND);
    int after = (int) (5 * perSecond);
    List<CompletableFuture<Integer>> statuses = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < before + during + after; i++) {
      long due = begin + (long) (i / perSecond * SECOND);
      while (System.nanoTime() - due < 0) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      if (i == before) {
        signal(service, "-STOP");
      } else if (i == before + during) {
        signal(service, "-CONT");
      }
      statuses.add(
          client
              .sendAsync(request, HttpResponse.BodyHandlers.discarding())
              .thenApply(HttpResponse::statusCode));
    }
    List<Integer> sinceThePause =
        statuses.stream().skip(before).map(CompletableFuture::join).toList();
    long turnedAway = sinceThePause.stream().filter(code -> code == TOO_MANY_REQUESTS).count();
    String figures =
        "%.0f requests a second; since the pause %d, turned away %d; places now %.0f"
            .formatted(perSecond, sinceThePause.size(), turnedAway, limit());
    System.out.println("PauseIT: " + figures);
    runs.add(figures);
    return turnedAway <= sinceThePause.size() / 100;
  }

  /** Requests per second of a few callers, each with one request at a time. */
  private double highestLoad(Duration length) throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    try {
      long begin = System.nanoTime();
      List<CompletableFuture<Integer>> counts =
          IntStream.range(0, CALLERS)
              .mapToObj(i -> CompletableFuture.supplyAsync(() -> ask(begin, length), callers))
              .toList();
      int requests = counts.stream().mapToInt(CompletableFuture::join).sum();
      return requests * (double) SECOND / (System.nanoTime() - begin);
    } finally {
      callers.shutdownNow();
    }
  }

  private int ask(long begin, Duration length) {
    int requests = 0;
    while (System.nanoTime() - begin < length.toNanos()) {
      try {
        client.send(request, HttpResponse.BodyHandlers.discarding());
      } catch (IOException e) {
        throw new IllegalStateException("the service does not answer", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return requests;
      }
      requests++;
    }
    return requests;
  }

  private double limit() throws IOException, InterruptedException {
    return client
        .send(
            HttpRequest.newBuilder(address.resolve("/actuator/prometheus")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body()
        .lines()
        .filter(line -> line.startsWith("countermachine_admission_limit "))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' '))))
        .sum();
  }

  private static void signal(JavaProcess process, String signal) throws Exception {
    Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }
}
