package io.countermachine.console;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Calls the feature service's REST API, with the console's API key where it has one. */
final class ServiceClient {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

  /** Longer than the service takes by any deadline that makes sense. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);

  private final ConsoleProperties properties;
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  ServiceClient(ConsoleProperties properties) {
    this.properties = properties;
  }

  /**
   * @param path with its query, encoded, from {@code /} on
   */
  CompletableFuture<HttpResponse<String>> get(String path) {
    return send(request(path), LIMIT);
  }

  /** The same for who cannot wait. */
  CompletableFuture<HttpResponse<String>> probe(String path) {
    return send(request(path), PROBE_LIMIT);
  }

  CompletableFuture<HttpResponse<String>> postJson(String path, byte[] body) {
    return sendJson("POST", path, body);
  }

  CompletableFuture<HttpResponse<String>> putJson(String path, byte[] body) {
    return sendJson("PUT", path, body);
  }

  private CompletableFuture<HttpResponse<String>> sendJson(
      String method, String path, byte[] body) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body)),
        LIMIT);
  }

  CompletableFuture<HttpResponse<String>> delete(String path) {
    return send(request(path).DELETE(), LIMIT);
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(properties.service(path))
            .header("Accept", "application/json, application/problem+json, */*;q=0.1");
    if (properties.hasApiKey()) {
      request.header("X-Api-Key", properties.apiKey());
    }
    return request;
  }

  private CompletableFuture<HttpResponse<String>> send(
      HttpRequest.Builder request, Duration limit) {
    // The request's own limit ends with the answer's first line.
    return client
        .sendAsync(request.timeout(limit).build(), HttpResponse.BodyHandlers.ofString())
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
