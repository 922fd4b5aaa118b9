package io.countermachine.bench.workload;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The call of the benchmarks as a service would declare it that knows no other. */
public final class FeatureCall {
  private FeatureCall() {}

  /** What is asked for. */
  public record Request(
      String set, Map<String, String> context, List<Map<String, String>> candidates, long asOf) {
    /** The fields of a candidate, with those of the context. */
    public Map<String, String> fields(Map<String, String> candidate) {
      Map<String, String> fields = new HashMap<>(context);
      fields.putAll(candidate);
      return fields;
    }
  }

  /** What holds for all results. */
  public record Metadata(long asOf, List<String> features, boolean partial) {}

  /** The values of a candidate, in the order of the features; null where there is none. */
  public record Result(List<Double> values) {}

  /** The response. */
  public record Answer(Metadata metadata, List<Result> results) {}

  /** The key of a group. The benchmarks' fields have nothing to escape. */
  public static String key(List<String> keyFields, Map<String, String> fields) {
    return keyFields.stream().map(fields::get).collect(Collectors.joining("|"));
  }
}
