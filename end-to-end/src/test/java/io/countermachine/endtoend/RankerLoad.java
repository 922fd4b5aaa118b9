package io.countermachine.endtoend;

import io.countermachine.catalog.Catalog;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.traffic.TrafficGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Steady traffic of events, some invalid, and of calls of every kind, some of them wrong. */
final class RankerLoad implements AutoCloseable {
  private static final long PERIOD_MILLIS = 250;
  private static final int EVENTS_PER_PERIOD = 50;
  private static final String CANDIDATES =
      "\"candidates\":[{\"postId\":\"p1\",\"creatorId\":\"c1\"},{\"postId\":\"p2\",\"creatorId\":\"c2\"}]";
  private static final String BY_SET =
      "{\"set\":\"home_feed\",\"context\":{\"userId\":\"u1\"}," + CANDIDATES + "}";
  private static final String BY_LIST =
      "{\"features\":[\"post.ctr.1h\",\"user.view.1d\"],\"context\":{\"userId\":\"u2\"},"
          + CANDIDATES
          + "}";
  private static final String WRONG = "{\"set\":\"no_such_set\"," + CANDIDATES + "}";

  private final HttpClient client = HttpClient.newHttpClient();
  private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
  private final TrafficGenerator traffic;
  private final EventSender sender;
  private final URI service;
  private ScheduledFuture<?> running;

  private RankerLoad(Catalog catalog, String bootstrapServers, URI service) {
    this.traffic = new TrafficGenerator(catalog, 1);
    this.sender = new EventSender(bootstrapServers);
    this.service = service;
  }

  static RankerLoad start(RunningStack stack) {
    RankerLoad load =
        new RankerLoad(
            stack.catalog(),
            stack.stack().broker().bootstrapServers(),
            stack.stack().serviceAddress());
    load.running =
        load.executor.scheduleWithFixedDelay(
            load::sendAndAsk, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    return load;
  }

  private void sendAndAsk() {
    for (int i = 0; i < EVENTS_PER_PERIOD; i++) {
      sender.send(traffic.next(System.currentTimeMillis()));
    }
    sender.flush();
    ask(BY_SET);
    ask(BY_LIST);
    ask(WRONG);
    send(HttpRequest.newBuilder(service.resolve("/v1/groups/post/p1")));
    send(HttpRequest.newBuilder(service.resolve("/v1/catalog")));
  }

  /** Calls the demo's set for a user and some posts, and returns the status. */
  int askFor(String user, String... posts) {
    return ask(
        "{\"set\":\"home_feed\",\"context\":{\"userId\":\""
            + user
            + "\"},\"candidates\":[{\"postId\":\""
            + String.join("\"},{\"postId\":\"", posts)
            + "\"}]}");
  }

  private int ask(String body) {
    return send(
        HttpRequest.newBuilder(service.resolve("/v1/features"))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private int send(HttpRequest.Builder call) {
    try {
      HttpResponse<Void> answer =
          client.send(call.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.discarding());
      return answer.statusCode();
    } catch (IOException e) {
      throw new IllegalStateException("the service does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the service", e);
    }
  }

  /** Fails if the traffic has ended with an error. */
  void failIfEnded() {
    try {
      running.get(0, TimeUnit.MILLISECONDS);
    } catch (TimeoutException runs) {
      return;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException("the traffic ended", e);
    }
  }

  @Override
  public void close() {
    running.cancel(false);
    executor.shutdown();
    try {
      if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IllegalStateException("the traffic does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    sender.close();
  }
}
