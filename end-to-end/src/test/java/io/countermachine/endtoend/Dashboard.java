package io.countermachine.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The queries of a Grafana dashboard's file. */
final class Dashboard {
  /** A window that Grafana would choose for rates. */
  private static final String RATE_INTERVAL = "1m";

  /**
   * A query of a panel.
   *
   * @param panel the panel's title
   * @param legend what its series are called
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
