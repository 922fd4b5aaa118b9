package io.countermachine.console;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads the job's metrics from all configured task managers. */
final class JobMetrics {
  private static final int OK = 200;

  private final ConsoleProperties properties;
  private final WebReader reader;

  JobMetrics(ConsoleProperties properties, WebReader reader) {
    this.properties = properties;
    this.reader = reader;
  }

  boolean areKnown() {
    return !properties.jobMetricsUrl().isEmpty();
  }

  /** The samples of one metric. Fails if one of the addresses does not return metrics. */
  CompletableFuture<List<PrometheusText.Sample>> samples(String metric) {
    // Requests only this metric. A server without this filter returns all metrics.
    List<CompletableFuture<String>> answers =
        properties.jobMetricsUrl().stream()
            .map(
                url ->
                    reader
                        .get(URI.create(url + "?name%5B%5D=" + metric))
                        .thenApply(answer -> metrics(url, answer)))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                answers.stream()
                    .map(CompletableFuture::join)
                    .flatMap(text -> PrometheusText.samples(text, metric).stream())
                    .toList());
  }

  /** An error page contains no metrics, and must not look like a job that has done nothing yet. */
  private static String metrics(String url, HttpResponse<String> answer) {
    if (answer.statusCode() != OK) {
      throw new IllegalStateException(
          "%s responds with %d, expected the job's metrics; see counter-machine.console.job-metrics-url"
              .formatted(url, answer.statusCode()));
    }
    return answer.body();
  }
}
