package io.countermachine.console;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Calls the feature service's REST API, with the console's API key if there is one. If the service
 * does not respond, the call fails with a problem.
 */
final class ServiceClient {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);

  /** Longer than any sensible deadline of the service. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);

  private final ConsoleProperties properties;
  private final OutageLog log = new OutageLog("feature service");
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  ServiceClient(ConsoleProperties properties) {
    this.properties = properties;
  }

  /**
   * @param path the encoded path and query, starting with {@code /}
   */
  HttpResponse<String> get(String path) {
    return await(request(path));
  }

  /** The asynchronous form. Fails if the service does not respond. */
  CompletableFuture<HttpResponse<String>> probe(String path) {
    return send(request(path), PROBE_LIMIT);
  }

  HttpResponse<String> postJson(String path, byte[] body) {
    return sendJson("POST", path, body);
  }

  HttpResponse<String> putJson(String path, byte[] body) {
    return sendJson("PUT", path, body);
  }

  private HttpResponse<String> sendJson(String method, String path, byte[] body) {
    return await(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body)));
  }

  HttpResponse<String> delete(String path) {
    return await(request(path).DELETE());
  }

  private HttpResponse<String> await(HttpRequest.Builder request) {
    try {
      HttpResponse<String> answer = send(request, LIMIT).join();
      log.works();
      return answer;
    } catch (CompletionException e) {
      log.failed(e.getCause());
      throw Problems.unavailable("the service does not answer", e);
    }
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
    // The request's own timeout covers only the time until the response's first line.
    return client
        .sendAsync(request.timeout(limit).build(), HttpResponse.BodyHandlers.ofString())
        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }
}
