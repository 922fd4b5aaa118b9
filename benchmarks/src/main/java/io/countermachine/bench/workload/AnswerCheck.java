package io.countermachine.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Feature;
import io.countermachine.item.ItemKey;
import java.io.IOException;
import java.util.List;

/** Compares responses with values that are computed only from the data set. */
public final class AnswerCheck {
  private static final double TOLERANCE = 1e-9;

  private final ObjectMapper json = new ObjectMapper();
  private final Workload workload;
  private final List<Feature> features;

  public AnswerCheck(Workload workload) {
    this.workload = workload;
    this.features = workload.catalog().sets().get(Workload.SET);
  }

  /** What is wrong with the response to a request; null if it is right. */
  public String fault(int request, byte[] answer) {
    JsonNode tree;
    try {
      tree = json.readTree(answer);
    } catch (IOException e) {
      return "the answer is not JSON: " + e;
    }
    if (tree.path("metadata").path("partial").asBoolean(true)) {
      return "the answer is partial";
    }
    JsonNode results = tree.path("results");
    if (results.size() != Workload.CANDIDATES) {
      return "the answer has " + results.size() + " results";
    }
    for (int candidate = 0; candidate < Workload.CANDIDATES; candidate++) {
      JsonNode values = results.get(candidate).path("values");
      if (values.size() != features.size()) {
        return "result %d has %d values".formatted(candidate, values.size());
      }
      for (int i = 0; i < features.size(); i++) {
        Feature feature = features.get(i);
        ItemKey key = workload.key(feature.group(), request, candidate);
        double expected = DataSet.expected(key, feature);
        JsonNode value = values.get(i);
        boolean right =
            Double.isNaN(expected)
                ? value.isNull()
                : value.isNumber()
                    && Math.abs(value.asDouble() - expected) <= TOLERANCE * Math.abs(expected);
        if (!right) {
          return "%s of %s is %s; expected %s".formatted(feature, key, value, expected);
        }
      }
    }
    return null;
  }
}
