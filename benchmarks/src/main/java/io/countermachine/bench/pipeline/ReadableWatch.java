package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.bench.pipeline.DelayProbe.Sent;
import io.countermachine.local.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Asks a service again and again for a probe's events that it has not returned yet, and notes how
 * long each took that is measured.
 */
final class ReadableWatch implements AutoCloseable {
  /** What the delays are too long by at most, besides the answer's own time. */
  static final int RESOLUTION_MILLIS = 20;

  /** One that is behind costs no more for it: it is asked for what is missing in turn. */
  private static final int MOST_AT_ONCE = 50;

  private static final int OK = 200;

  /** What was sent is then not readable yet, and is asked for again. */
  private static final int UNAVAILABLE = 503;

  private static final String FEATURE = "user.like.lifetime";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI features;
  private final DelayProbe probe;
  private final Histogram delays = new Histogram(3);
  private final MissingEvents missing = new MissingEvents();
  private final Thread thread = new Thread(this::run, "readable-watch");
  private volatile boolean open = true;
  private volatile Throwable failure;

  private ReadableWatch(URI service, DelayProbe probe) {
    this.features = service.resolve("/v1/features");
    this.probe = probe;
    thread.setUncaughtExceptionHandler((failed, cause) -> failure = cause);
  }

  /** Begins to ask a service for what a probe sends. */
  static ReadableWatch start(URI service, DelayProbe probe) {
    ReadableWatch watch = new ReadableWatch(service, probe);
    watch.thread.start();
    return watch;
  }

  private void run() {
    int taken = 0;
    while (open) {
      boolean last = !probe.isSending();
      taken += takeFrom(taken);
      if (!missing.isEmpty()) {
        ask();
      } else if (last) {
        return;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RESOLUTION_MILLIS));
    }
  }

  private int takeFrom(int alreadyTaken) {
    List<Sent> news = probe.sent().stream().skip(alreadyTaken).toList();
    missing.add(news);
    return news.size();
  }

  private void ask() {
    List<Sent> asked = missing.next(MOST_AT_ONCE);
    HttpResponse<byte[]> response = send(request(asked));
    long now = System.currentTimeMillis();
    if (response.statusCode() == UNAVAILABLE) {
      missing.add(asked);
      return;
    }
    if (response.statusCode() != OK) {
      throw new IllegalStateException(
          "the service answered " + new String(response.body(), US_ASCII));
    }
    JsonNode results = read(response.body()).path("results");
    for (int i = 0; i < asked.size(); i++) {
      Sent sent = asked.get(i);
      if (results.path(i).path("values").path(0).asDouble() == 0) {
        missing.add(List.of(sent));
      } else if (sent.isMeasured()) {
        delays.recordValue(Math.max(0, now - sent.epochMillis()));
      }
    }
  }

  private static ObjectNode request(List<Sent> asked) {
    ObjectNode request = JSON.createObjectNode();
    request.putArray("features").add(FEATURE);
    ArrayNode candidates = request.putArray("candidates");
    asked.forEach(sent -> candidates.addObject().put("userId", sent.user()));
    return request;
  }

  private HttpResponse<byte[]> send(ObjectNode request) {
    try {
      return http.send(
          HttpRequest.newBuilder(features)
              .header("Content-Type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the service", e);
    }
  }

  private static JsonNode read(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits until all that the probe sent was returned, and gives the delays, in milliseconds, of
   * what is measured.
   */
  Histogram finish(Duration limit) {
    Await.until("what was sent last to be readable", limit, () -> !thread.isAlive());
    if (failure != null) {
      throw new IllegalStateException("the delay could not be measured: " + failure, failure);
    }
    return delays;
  }

  @Override
  public void close() {
    open = false;
  }
}
