package io.countermachine.bench.pipeline;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;

/** Requests the number of likes of users from a service. */
final class LikesClient {
  private static final int OK = 200;

  /** The store failed for all of them. */
  private static final int UNAVAILABLE = 503;

  private static final int WARM_UP_USERS = 25;
  private static final String FEATURE = "user.like.lifetime";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI features;

  LikesClient(URI service) {
    this.features = service.resolve("/v1/features");
  }

  /**
   * Requests users of the load, each twice, so that a service with a cache has a copy the second
   * time. This compiles the service's code before the measurement.
   */
  void warmUp(int asks) {
    for (int i = 0; i < asks; i++) {
      int first = i / 2 * WARM_UP_USERS;
      likes(
          IntStream.range(first, first + WARM_UP_USERS).mapToObj(number -> "u" + number).toList());
    }
  }

  /** The users' likes; 0 for a user without any, or whose likes could not be read. */
  double[] likes(List<String> users) {
    ObjectNode request = JSON.createObjectNode();
    request.putArray("features").add(FEATURE);
    ArrayNode candidates = request.putArray("candidates");
    users.forEach(user -> candidates.addObject().put("userId", user));
    try {
      HttpResponse<byte[]> response =
          http.send(
              HttpRequest.newBuilder(features)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(request)))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() == UNAVAILABLE) {
        return new double[users.size()];
      }
      if (response.statusCode() != OK) {
        throw new IllegalStateException(
            "the service answered " + new String(response.body(), US_ASCII));
      }
      JsonNode results = JSON.readTree(response.body()).path("results");
      return IntStream.range(0, users.size())
          .mapToDouble(i -> results.path(i).path("values").path(0).asDouble())
          .toArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the service", e);
    }
  }
}
