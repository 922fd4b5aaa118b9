package io.countermachine.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Reads texts over HTTP with short timeouts. */
final class WebReader {
  private static final Duration LIMIT = Duration.ofSeconds(1);

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(LIMIT).build();

  CompletableFuture<HttpResponse<String>> get(URI address) {
    // The request's own timeout covers only the time until the response's first line.
    return client
        .sendAsync(
            HttpRequest.newBuilder(address).timeout(LIMIT).build(),
            HttpResponse.BodyHandlers.ofString())
        .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
