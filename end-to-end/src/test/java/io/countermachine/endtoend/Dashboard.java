package io.countermachine.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries in the file of a Grafana dashboard. */
final class Dashboard {
  /** A rate window that Grafana would choose. */
  private static final String RATE_INTERVAL = "1m";

  /**
   * A query of a panel.
   *
   * @param panel the panel's title
   * @param legend the legend of its series
   * @param expression PromQL, with Grafana's variables replaced
   */
  record Query(String panel, String legend, String expression) {}

  private Dashboard() {}

  /** Every query of every panel, in order. */
  static List<Query> queries(Path file) throws IOException {
    List<Query> queries = new ArrayList<>();
    for (JsonNode panel : new ObjectMapper().readTree(file.toFile()).path("panels")) {
      String title = panel.path("title").asText();
      for (JsonNode target : panel.path("targets")) {
        String expression = target.path("expr").asText().replace("$__rate_interval", RATE_INTERVAL);
        if (expression.isBlank() || expression.contains("$")) {
          throw new IllegalArgumentException(
              "panel \"" + title + "\" has a query that is not understood: " + expression);
        }
        queries.add(new Query(title, target.path("legendFormat").asText(), expression));
      }
    }
    return queries;
  }
}
