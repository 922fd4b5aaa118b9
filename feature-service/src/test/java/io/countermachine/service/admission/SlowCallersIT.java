package io.countermachine.service.admission;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.countermachine.local.process.Await;
import io.countermachine.service.Meters;
import io.countermachine.service.RunningService;
import io.countermachine.service.WaitingStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Callers that are slow, or go away, hold what others need only for a limited time. */
class SlowCallersIT {
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration BODY_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /**
   * A response of 14 MB, which does not fit into the buffers between the two. It takes a hundred
   * places.
   */
  private static final String LARGE =
      "{\"features\":[%s],\"include\":[\"statuses\"],\"candidates\":[%s]}"
          .formatted(
              String.join(",", Collections.nCopies(1_000, "\"user.view.1h\"")),
              String.join(",", Collections.nCopies(1_000, "{}")));

  private static final String SMALL =
      "{\"features\":[\"user.view.1h\"],\"candidates\":[{\"userId\":\"u1\"}]}";

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private static WaitingStore store;
  private static RunningService service;

  @BeforeAll
  static void start() throws IOException {
    store = WaitingStore.start();
    service =
        store.service(
            "--server.tomcat.connection-timeout=10s",
            "--counter-machine.callers.answer-timeout=" + ANSWER_TIMEOUT.toSeconds() + "s",
            "--counter-machine.callers.body-timeout=" + BODY_TIMEOUT.toSeconds() + "s",
            "--counter-machine.callers.bodies-bytes=2MB",
            "--counter-machine.limits.body-bytes=1000000",
            "--counter-machine.admission.slow=1h",
            "--counter-machine.admission.initial-limit=150",
            "--counter-machine.admission.max-limit=150",
            "--counter-machine.limits.values=1000000");
  }

  @AfterAll
  static void stop() {
    service.close();
    store.close();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + path))
        .timeout(PATIENCE);
  }

  private static HttpResponse<String> post(String body) {
    return send(
        to("/v1/features")
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private static double metric(String sample) {
    return send(to("/actuator/prometheus"))
        .body()
        .lines()
        .filter(line -> line.startsWith(sample + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(sample.length())))
        .sum();
  }

  private static double disconnects(String reason) {
    return metric("countermachine_disconnects_total{reason=\"%s\"}".formatted(reason));
  }

  private static double placesTaken() {
    return metric("countermachine_admission_in_flight");
  }

  private static Socket connect() throws IOException {
    Socket caller = new Socket();
    caller.setReceiveBufferSize(1 << 12);
    caller.setSoTimeout((int) PATIENCE.toMillis());
    caller.connect(new InetSocketAddress("localhost", service.port()));
    return caller;
  }

  /** Requests the large response, and reads the beginning. */
  private static Socket beginToRead() throws IOException {
    Socket caller = connect();
    String head =
        "POST /v1/features HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            .formatted(LARGE.length());
    caller.getOutputStream().write((head + LARGE).getBytes(US_ASCII));
    assertThat(new String(caller.getInputStream().readNBytes(1 << 12), US_ASCII))
        .startsWith("HTTP/1.1 200");
    assertThat(placesTaken()).isEqualTo(100);
    return caller;
  }

  private static int readSome(InputStream in) {
    try {
      return in.readNBytes(1 << 16).length;
    } catch (SocketException e) {
      return 0; // the service has closed the connection
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** The number of further bytes until the service closes the connection. */
  private static long readToTheEnd(InputStream in) throws IOException {
    long read = 0;
    byte[] some = new byte[1 << 16];
    try {
      for (int more = in.read(some); more >= 0; more = in.read(some)) {
        read += more;
      }
    } catch (SocketException e) {
      assertThat(e).hasMessageContaining("reset");
    }
    return read;
  }

  @Test
  void callerThatStopsReading_losesItsConnection_andItsPlacesComeBack() throws IOException {
    double before = disconnects("slow_reader");
    try (Socket caller = beginToRead()) {
      Await.until(
          "the places",
          PATIENCE,
          () -> {
            assertThat(post(SMALL).statusCode()).isEqualTo(200);
            return placesTaken() == 0;
          });
      assertThat(readToTheEnd(caller.getInputStream())).isLessThan(14_000_000);
    }
    Await.until("its count", PATIENCE, () -> disconnects("slow_reader") == before + 1);
  }

  /** A separate thread keeps reading, so that no write of Tomcat ever blocks for long. */
  @Test
  void callerThatReadsALittleAtATime_losesItsConnection_onceItsTimeIsOver() throws Exception {
    double before = disconnects("slow_reader");
    AtomicBoolean reading = new AtomicBoolean(true);
    long begin = System.nanoTime();
    try (Socket caller = beginToRead()) {
      InputStream in = caller.getInputStream();
      CompletableFuture<Void> reader =
          CompletableFuture.runAsync(
              () -> {
                while (reading.get() && readSome(in) > 0) {
                  LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
              });
      Await.until(
          "the places",
          PATIENCE,
          () -> {
            assertThat(post(SMALL).statusCode()).isEqualTo(200);
            return placesTaken() == 0;
          });
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(ANSWER_TIMEOUT);
      reading.set(false);
      reader.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      assertThat(readToTheEnd(in)).isLessThan(14_000_000);
    }
    Await.until("its count", PATIENCE, () -> disconnects("slow_reader") == before + 1);
  }

  @Test
  void callerThatGoesAway_isCounted_andNoErrorOfTheService() throws IOException {
    Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    lines.start();
    root.addAppender(lines);
    try {
      double before = disconnects("hang_up");
      try (Socket caller = beginToRead()) {
        // Closing like this drops unread data, so that the service's next write fails.
        caller.setSoLinger(true, 0);
      }
      Await.until("its count", PATIENCE, () -> disconnects("hang_up") == before + 1);
      Await.until("the places", PATIENCE, () -> placesTaken() == 0);
    } finally {
      root.detachAppender(lines);
    }
    assertThat(List.copyOf(lines.list))
        .filteredOn(line -> line.getLevel().isGreaterOrEqual(Level.WARN))
        .isEmpty();
  }

  /** Each caller has sent so much that the buffer of its body takes a megabyte. */
  private static Socket beginToSend() throws IOException {
    Socket caller = connect();
    caller
        .getOutputStream()
        .write(
            "POST /v1/features HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
                .getBytes(US_ASCII));
    caller.getOutputStream().write(" ".repeat(600_000).getBytes(US_ASCII));
    return caller;
  }

  private static boolean isAnswered(Socket caller) {
    try {
      return caller.getInputStream().available() > 0;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void sendALittle(Socket caller) {
    try {
      caller.getOutputStream().write(' ');
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void bodiesThatComeSlowly_takeNoMoreThanTheirMemory_andOnlyForTheirTime() throws IOException {
    double refused = metric("countermachine_admission_rejected_total{reason=\"bodies\"}");
    String large = SMALL + " ".repeat(900_000);
    assertThat(post(large).statusCode()).isEqualTo(200);
    try (Socket first = beginToSend();
        Socket second = beginToSend()) {
      Await.until("both", PATIENCE, () -> metric("countermachine_bodies_bytes") == 2_000_000);
      HttpResponse<String> answer = post(large);
      assertThat(answer.statusCode()).isEqualTo(429);
      assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
      Meters.await(
          "refused for their bodies",
          refused + 1,
          () -> metric("countermachine_admission_rejected_total{reason=\"bodies\"}"));
      Await.until(
          "the end of the first",
          PATIENCE,
          () -> {
            assertThat(post(SMALL).statusCode()).isEqualTo(200);
            if (isAnswered(first)) {
              return true;
            }
            sendALittle(first);
            return false;
          });
      byte[] begin = first.getInputStream().readNBytes(12);
      assertThat(new String(begin, US_ASCII)).isEqualTo("HTTP/1.1 408");
      assertThat(readToTheEnd(first.getInputStream())).isPositive();
    }
    Await.until("no body", PATIENCE, () -> metric("countermachine_bodies_bytes") == 0);
    assertThat(post(large).statusCode()).isEqualTo(200);
    Await.until("its count", PATIENCE, () -> disconnects("slow_sender") > 0);
  }
}
