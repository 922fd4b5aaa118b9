package io.countermachine.local.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the feature service, and what has pages, whether they are ready. */
public final class ReadinessProbe {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private ReadinessProbe() {}

  /** Waits until the service at an address is ready; fails where its process ends. */
  public static void awaitReady(URI address, JavaProcess process) {
    awaitPage("the feature service", address.resolve("/actuator/health/readiness"), process);
  }

  /** Waits until a page is there; fails where the process that has it ends. */
  public static void awaitPage(String what, URI page, JavaProcess process) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(5)).build();
    process.awaitReady(what, START_LIMIT, () -> isOk(client, request));
  }

  private static boolean isOk(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a start", e);
    }
  }
}
