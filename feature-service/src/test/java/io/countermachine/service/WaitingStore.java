package io.countermachine.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * An empty store that speaks DynamoDB's protocol, and responds to reads only while its gate is
 * open.
 */
public final class WaitingStore implements AutoCloseable {
  private static final int OK = 200;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Semaphore held = new Semaphore(0);
  private final HttpServer server;
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private WaitingStore(HttpServer server) {
    this.server = server;
  }

  public static WaitingStore start() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    WaitingStore store = new WaitingStore(server);
    server.setExecutor(store.threads);
    server.createContext("/", store::answer);
    server.start();
    return store;
  }

  /** The service with this store. It sends each read once, and caches nothing. */
  public RunningService service(String... settings) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "--counter-machine.dynamodb.endpoint=" + endpoint(),
                "--counter-machine.dynamodb.call-timeout=60s",
                "--counter-machine.dynamodb.attempt-timeout=20s",
                "--counter-machine.request.deadline=30s",
                "--counter-machine.dynamodb.connection-timeout=10s",
                "--counter-machine.hedging.enabled=false",
                "--counter-machine.cache.max-age=0"));
    for (String setting : settings) {
      // A setting that occurs twice would become a list of both values.
      String name = setting.substring(0, setting.indexOf('=') + 1);
      all.removeIf(there -> there.startsWith(name));
      all.add(setting);
    }
    return RunningService.start(all);
  }

  private String endpoint() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  /** From now on, reads wait. */
  public void shut() {
    gate = new CountDownLatch(1);
    held.drainPermits();
  }

  /** Responds to all waiting and all later reads. */
  public void open() {
    gate.countDown();
  }

  /** Waits for a read that is held, and returns whether there is one. */
  public boolean awaitHeldRead() throws InterruptedException {
    return held.tryAcquire(30, TimeUnit.SECONDS);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      boolean read = exchange.getRequestHeaders().getFirst("X-Amz-Target").endsWith("BatchGetItem");
      if (read) {
        held.release();
        gate.await();
      }
      byte[] body =
          (read
                  ? "{\"Responses\":{\"Counters\":[]},\"UnprocessedKeys\":{}}"
                  : "{\"Table\":{\"TableName\":\"Counters\",\"TableStatus\":\"ACTIVE\"}}")
              .getBytes(UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.0");
      exchange.sendResponseHeaders(OK, body.length);
      exchange.getResponseBody().write(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    open();
    server.stop(0);
    threads.shutdownNow();
  }
}
