package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.local.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Sends events of users that nobody else sends for, and asks the service for all that are still
 * missing, some hundred times a second.
 */
final class DelayProbe implements AutoCloseable {
  private static final long SEND_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long ASK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int OK = 200;

  /** What was sent is then not readable yet, and is asked for again. */
  private static final int UNAVAILABLE = 503;

  private static final String FEATURE = "user.like.lifetime";
  private static final ObjectMapper JSON = new ObjectMapper();

  private record Sent(String user, long nanos) {}

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI features;
  private final EventTopic topic;
  private final Histogram delays = new Histogram(3);
  private final List<Sent> missing = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "delay-probe");
  private volatile boolean sending = true;
  private volatile boolean asking = true;

  DelayProbe(URI service, EventTopic topic) {
    this.features = service.resolve("/v1/features");
    this.topic = topic;
  }

  void start() {
    thread.setUncaughtExceptionHandler((failed, cause) -> failure.set(cause));
    thread.start();
  }

  private void run() {
    long nextSend = System.nanoTime();
    for (int number = 0; asking; ) {
      if (sending && System.nanoTime() >= nextSend) {
        nextSend += SEND_EVERY_NANOS;
        send("probe" + number++);
      }
      synchronized (missing) {
        if (!missing.isEmpty()) {
          ask();
        } else if (!sending) {
          return;
        }
      }
      LockSupport.parkNanos(ASK_EVERY_NANOS);
    }
  }

  private void send(String user) {
    long now = System.nanoTime();
    topic.send(
        "{\"eventName\":\"like\",\"userId\":\"%s\",\"eventTs\":%d}"
            .formatted(user, System.currentTimeMillis() / 1_000)
            .getBytes(US_ASCII));
    synchronized (missing) {
      missing.add(new Sent(user, now));
    }
  }

  private void ask() {
    ObjectNode request = JSON.createObjectNode();
    request.putArray("features").add(FEATURE);
    ArrayNode candidates = request.putArray("candidates");
    missing.forEach(sent -> candidates.addObject().put("userId", sent.user()));
    try {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(features)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      long now = System.nanoTime();
      if (response.statusCode() == UNAVAILABLE) {
        return;
      }
      if (response.statusCode() != OK) {
        throw new IllegalStateException(
            "the service answered " + new String(response.body(), US_ASCII));
      }
      JsonNode results = JSON.readTree(response.body()).path("results");
      for (int i = missing.size() - 1; i >= 0; i--) {
        if (results.path(i).path("values").path(0).asDouble() > 0) {
          delays.recordValue((now - missing.remove(i).nanos()) / 1_000);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the service", e);
    }
  }

  /** Sends no more, waits until all that was sent is readable, and gives the delays. */
  Delay finish(double perSecond, Duration limit) {
    sending = false;
    Await.until("what was sent last to be readable", limit, () -> !thread.isAlive());
    if (failure.get() != null) {
      throw new IllegalStateException(
          "the delay could not be measured: " + failure.get(), failure.get());
    }
    return new Delay(
        perSecond,
        (int) delays.getTotalCount(),
        delays.getValueAtPercentile(50) / 1e3,
        delays.getValueAtPercentile(99) / 1e3);
  }

  @Override
  public void close() {
    asking = false;
  }
}
