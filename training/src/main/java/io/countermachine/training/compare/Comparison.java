package io.countermachine.training.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingRow;
import io.countermachine.training.requests.NumberedLines;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Compares rows with responses that the service logged. The log has JSON lines that are requests
 * with the requested {@code features} and the {@code values} of each candidate.
 */
public final class Comparison implements Closeable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String file;
  private final NumberedLines lines;
  private final List<String> names;
  private final List<FeatureDifference> differences = new ArrayList<>();
  private final Map<String, Long> rowsByCatalog = new HashMap<>();
  private JsonNode answer;
  private Map<String, Integer> places;
  private long rows;

  /** Opens a log. */
  public Comparison(String file, TrainingPlan plan) throws IOException {
    this.file = file;
    this.lines = NumberedLines.open(file);
    names = plan.features().features().stream().map(feature -> feature.name()).toList();
    names.forEach(name -> differences.add(new FeatureDifference(name)));
  }

  /** Compares a row. Rows must come in the order of the log. */
  public void compare(TrainingRow row) throws IOException {
    while (lines.number() < row.request()) {
      read();
    }
    rows++;
    rowsByCatalog.merge(answer.path("catalog").asText("not named"), 1L, Long::sum);
    JsonNode values = answer.path("values").path(row.candidate());
    for (int feature = 0; feature < names.size(); feature++) {
      Integer place = places.get(names.get(feature));
      if (place != null) {
        compare(row, feature, values.path(place));
      }
    }
  }

  private void read() throws IOException {
    byte[] line = lines.next();
    if (line == null) {
      throw new IllegalStateException(file + " has become shorter");
    }
    try {
      answer = JSON.readTree(line);
    } catch (JsonProcessingException e) {
      // The line is not a request, so it has no rows.
      answer = JSON.missingNode();
    }
    places = new HashMap<>();
    for (JsonNode name : answer.path("features")) {
      places.put(name.asText(), places.size());
    }
  }

  private void compare(TrainingRow row, int feature, JsonNode served) throws IOException {
    FeatureDifference difference = differences.get(feature);
    boolean isMade =
        !Double.isNaN(row.numbers()[feature])
            || row.text(feature) != null
            || row.document(feature) != null;
    boolean isServed = !served.isNull() && !served.isMissingNode();
    if (isMade != isServed) {
      difference.missing();
    } else if (!isMade) {
      difference.same(true);
    } else if (row.document(feature) != null) {
      JsonNode made = JSON.readTree(row.document(feature));
      if (made.isNumber() && served.isNumber()) {
        difference.number(made.asDouble(), served.asDouble());
      } else {
        difference.same(isSame(made, served));
      }
    } else if (row.text(feature) != null) {
      difference.same(served.isTextual() && served.asText().equals(row.text(feature)));
    } else if (served.isNumber()) {
      difference.number(row.numbers()[feature], served.asDouble());
    } else {
      difference.same(false);
    }
  }

  /** Returns true if two values are equal. Numbers may differ slightly. */
  private static boolean isSame(JsonNode made, JsonNode served) {
    if (made.isNumber() && served.isNumber()) {
      return FeatureDifference.relative(made.asDouble(), served.asDouble())
          <= FeatureDifference.EQUAL;
    }
    if (made.size() != served.size() || made.getNodeType() != served.getNodeType()) {
      return false;
    }
    if (made.isArray()) {
      for (int i = 0; i < made.size(); i++) {
        if (!isSame(made.get(i), served.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (made.isObject()) {
      for (Map.Entry<String, JsonNode> entry : made.properties()) {
        if (!isSame(entry.getValue(), served.path(entry.getKey()))) {
          return false;
        }
      }
      return true;
    }
    return made.equals(served);
  }

  /** Prints a line for each feature, and the obstacles to the comparison. */
  public void print(String catalogHash, Consumer<String> out) {
    int width = names.stream().mapToInt(String::length).max().orElse(0);
    out.accept(FeatureDifference.header(Math.max(width, "feature".length())));
    for (FeatureDifference difference : differences) {
      out.accept(difference.line(Math.max(width, "feature".length())));
    }
    rowsByCatalog.forEach(
        (hash, count) -> {
          if (!hash.equals(catalogHash)) {
            out.accept(
                "%,d of %,d rows come from responses with the catalog %s; here they are computed with %s"
                    .formatted(count, rows, hash, catalogHash));
          }
        });
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
