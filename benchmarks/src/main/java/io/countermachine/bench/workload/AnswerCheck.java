package io.countermachine.bench.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Feature;
import io.countermachine.item.ItemKey;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * What an answer has that may lack values.
   *
   * @param wrong what is wrong with the values that it has; null where nothing is
   * @param lackingKeys keys with a value that is missing, each as group, space and key
   */
  public record Partial(String wrong, Set<String> lackingKeys) {}

  /** What is wrong with an answer to a request; null where nothing is. */
  public String fault(int request, byte[] answer) {
    Partial found = partial(request, 0, 0, answer);
    if (found.wrong() != null) {
      return found.wrong();
    }
    return found.lackingKeys().isEmpty() ? null : "there are no values of " + found.lackingKeys();
  }

  /**
   * Compares the values that there are.
   *
   * @param coldCandidates of the body of this number that was sent
   */
  public Partial partial(int request, int coldCandidates, long number, byte[] answer) {
    JsonNode tree;
    try {
      tree = json.readTree(answer);
    } catch (IOException e) {
      return new Partial("the answer is not JSON: " + e, Set.of());
    }
    JsonNode results = tree.path("results");
    if (results.size() != Workload.CANDIDATES) {
      return new Partial("the answer has " + results.size() + " results", Set.of());
    }
    Set<String> lacking = new TreeSet<>();
    for (int candidate = 0; candidate < Workload.CANDIDATES; candidate++) {
      JsonNode values = results.get(candidate).path("values");
      if (values.size() != features.size()) {
        return new Partial("result %d has %d values".formatted(candidate, values.size()), lacking);
      }
      for (int i = 0; i < features.size(); i++) {
        Feature feature = features.get(i);
        ItemKey key = workload.key(feature.group(), request, candidate);
        double expected = DataSet.expected(key, feature);
        JsonNode value = values.get(i);
        if (value.isNull() && !Double.isNaN(expected)) {
          ItemKey asked = workload.key(feature.group(), request, candidate, coldCandidates, number);
          lacking.add(asked.group() + " " + asked.key());
        } else if (!isRight(value, expected)) {
          return new Partial(
              "%s of %s is %s; expected %s".formatted(feature, key, value, expected), lacking);
        }
      }
    }
    if (tree.path("metadata").path("partial").asBoolean() == lacking.isEmpty()) {
      return new Partial("partial is not as the values are: " + lacking, lacking);
    }
    return new Partial(null, lacking);
  }

  private static boolean isRight(JsonNode value, double expected) {
    return Double.isNaN(expected)
        ? value.isNull()
        : value.isNumber()
            && Math.abs(value.asDouble() - expected) <= TOLERANCE * Math.abs(expected);
  }
}
