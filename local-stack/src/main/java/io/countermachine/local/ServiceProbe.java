package io.countermachine.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the feature service whether it is ready. */
public final class ServiceProbe {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private ServiceProbe() {}

  /** Waits until the service at an address is ready; fails where its process ends. */
  public static void awaitReady(URI address, JavaProcess process) {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(5))
            .build();
    process.awaitReady("the feature service", START_LIMIT, () -> isOk(client, request));
  }

  private static boolean isOk(HttpClient client, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the feature service", e);
    }
  }
}
