package io.countermachine.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** HTTP calls to processes on this machine, which may be down. */
public final class LocalHttp {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private LocalHttp() {}

  /** A GET. */
  public static HttpRequest.Builder get(URI address) {
    return HttpRequest.newBuilder(address).timeout(TIMEOUT);
  }

  /** A POST of JSON. */
  public static HttpRequest.Builder post(URI address, String json) {
    return get(address)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(json));
  }

  /** Sends a request. Returns nothing if no response comes in time. */
  public static Optional<HttpResponse<byte[]>> send(HttpRequest.Builder request) {
    try {
      return Optional.of(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException noResponse) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a response", e);
    }
  }

  /** The JSON of a 2xx response. Returns nothing for any other response or none. */
  public static Optional<JsonNode> json(HttpRequest.Builder request) {
    return send(request).filter(response -> response.statusCode() / 100 == 2).map(LocalHttp::json);
  }

  /** A response's body as JSON. */
  public static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException("the response is not JSON", e);
    }
  }

  /** Returns true if a GET gets a response with this status. */
  public static boolean hasStatus(URI address, int status) {
    return send(get(address)).filter(response -> response.statusCode() == status).isPresent();
  }
}
