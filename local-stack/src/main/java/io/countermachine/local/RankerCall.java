package io.countermachine.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** A ranker's call for the keys that the demo's traffic uses most. */
final class RankerCall {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CANDIDATES = 3;
  private static final int FEATURES = 5;

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;
  private final String setName;
  private final List<Feature> features;

  RankerCall(URI service, Catalog catalog) {
    this.address = service.resolve("/v1/features");
    this.setName = catalog.sets().keySet().stream().findFirst().orElse(null);
    this.features =
        setName != null
            ? catalog.sets().get(setName)
            : catalog.features().values().stream().limit(FEATURES).toList();
  }

  /** The call's body: the popular keys, and last the key that is viral now. */
  ObjectNode body(long clockMillis) {
    ObjectNode body = JSON.createObjectNode();
    if (setName != null) {
      body.put("set", setName);
    } else {
      ArrayNode names = body.putArray("features");
      features.forEach(feature -> names.add(feature.name()));
    }
    Set<String> fields = new LinkedHashSet<>();
    features.forEach(feature -> fields.addAll(feature.group().keyFields()));
    ArrayNode candidates = body.putArray("candidates");
    for (int i = 0; i < CANDIDATES; i++) {
      ObjectNode candidate = candidates.addObject();
      for (String field : fields) {
        boolean viral = field.equals("postId") && i == CANDIDATES - 1;
        int rank = field.equals("userId") ? 0 : viral ? Traffic.viralRank(clockMillis) : i;
        candidate.put(field, Traffic.keyOf(field, rank));
      }
    }
    return body;
  }

  /** The call as a line for a shell. */
  String curl(long clockMillis) {
    return "curl -s "
        + address
        + " -H 'Content-Type: application/json' -d '"
        + body(clockMillis).toString().replace("'", "'\\''")
        + "'";
  }

  /** Sends the call and gives its answer, a line per candidate. */
  String ask(long clockMillis) throws IOException, InterruptedException {
    ObjectNode body = body(clockMillis);
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(address)
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    JsonNode answer = JSON.readTree(response.body());
    if (response.statusCode() != 200) {
      return "  answer " + response.statusCode() + ": " + answer;
    }
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < answer.path("results").size(); i++) {
      lines.append("  ").append(body.path("candidates").path(i)).append('\n');
      JsonNode values = answer.path("results").path(i).path("values");
      for (int j = 0; j < features.size(); j++) {
        lines.append(
            String.format(
                Locale.ROOT,
                "    %-32s %s%n",
                features.get(j).name(),
                values.path(j).isNull()
                    ? "null"
                    : String.format(Locale.ROOT, "%.4f", values.path(j).asDouble())));
      }
    }
    return lines.toString().stripTrailing();
  }
}
