package io.countermachine.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.traffic.TrafficFields;
import io.countermachine.local.traffic.TrafficGenerator;
import io.countermachine.local.traffic.TrafficKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** A ranker's call for the keys that the demo's traffic uses most. */
final class RankerRequest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CANDIDATES = 3;
  private static final int FEATURES = 5;
  private static final String COLUMN = " %12s";

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;
  private final String setName;
  private final List<Feature> features;
  private final TrafficKeys keys;

  RankerRequest(URI service, Catalog catalog) {
    this.address = service.resolve("/v1/features");
    this.setName = catalog.sets().keySet().stream().findFirst().orElse(null);
    this.features =
        setName != null
            ? catalog.sets().get(setName)
            : catalog.features().values().stream().limit(FEATURES).toList();
    this.keys = new TrafficKeys(catalog);
  }

  /** The call's body: the popular keys, and last the currently viral one. */
  ObjectNode body(long clockMillis) {
    ObjectNode body = JSON.createObjectNode();
    if (setName != null) {
      body.put("set", setName);
    } else {
      ArrayNode names = body.putArray("features");
      features.forEach(feature -> names.add(feature.name()));
    }
    ArrayNode candidates = body.putArray("candidates");
    for (int i = 0; i < CANDIDATES; i++) {
      ObjectNode candidate = candidates.addObject();
      int subject = i == CANDIDATES - 1 ? TrafficGenerator.viralRank(clockMillis) : i;
      keyFields().forEach(field -> candidate.put(field, keys.key(field, 0, subject)));
      labelFields().stream()
          .filter(field -> !candidate.has(field))
          .forEach(field -> candidate.put(field, TrafficFields.mostFrequent(field)));
    }
    return body;
  }

  /** The key fields of the features' groups, and of the groups that their formulas use. */
  private Set<String> keyFields() {
    Set<String> fields = new LinkedHashSet<>();
    features.forEach(feature -> fields.addAll(feature.group().keyFields()));
    operands().forEach(operand -> fields.addAll(operand.group().keyFields()));
    return fields;
  }

  /** The fields whose values are labels in formulas. */
  private List<String> labelFields() {
    return operands()
        .flatMap(
            operand -> {
              if (operand instanceof FeatureOperand.Entry entry && entry.isField()) {
                return Stream.of(entry.label());
              }
              return operand instanceof FeatureOperand.Share share && share.isField()
                  ? Stream.of(share.label())
                  : Stream.of();
            })
        .distinct()
        .toList();
  }

  private Stream<FeatureOperand> operands() {
    return features.stream()
        .map(Feature::origin)
        .filter(Feature.Computed.class::isInstance)
        .flatMap(origin -> ((Feature.Computed) origin).formula().operands().stream());
  }

  /** The call as a shell command. */
  String curl(long clockMillis) {
    return "curl -s "
        + address
        + " -H 'Content-Type: application/json' -d '"
        + body(clockMillis).toString().replace("'", "'\\''")
        + "'";
  }

  /**
   * Sends the call, and returns the response as a table: a line per feature, and a column per
   * candidate under a heading that tells the candidates apart.
   */
  List<String> send(long clockMillis) throws IOException, InterruptedException {
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
    return response.statusCode() == 200
        ? table(body, answer)
        : List.of("  answer " + response.statusCode() + ": " + answer);
  }

  /** Formats a response as a table. */
  List<String> table(ObjectNode body, JsonNode answer) {
    List<String> lines = new ArrayList<>();
    StringBuilder head = new StringBuilder("  %-34s".formatted(""));
    for (JsonNode candidate : body.path("candidates")) {
      head.append(COLUMN.formatted(columnHead(body, candidate)));
    }
    lines.add(head.toString());
    for (int i = 0; i < features.size(); i++) {
      StringBuilder line = new StringBuilder("  %-34s".formatted(features.get(i).name()));
      for (JsonNode result : answer.path("results")) {
        JsonNode value = result.path("values").path(i);
        String text = value.isNumber() ? DisplayFormat.number(value.asDouble()) : value.toString();
        line.append(COLUMN.formatted(text));
      }
      lines.add(line.toString());
    }
    return lines;
  }

  /** The value of the first field that differs between candidates. */
  private static String columnHead(ObjectNode body, JsonNode candidate) {
    for (Iterator<String> names = candidate.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!body.path("candidates")
          .path(0)
          .path(name)
          .equals(body.path("candidates").path(1).path(name))) {
        return candidate.path(name).asText();
      }
    }
    return "";
  }
}
