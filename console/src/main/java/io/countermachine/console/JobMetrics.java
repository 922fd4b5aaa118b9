package io.countermachine.console;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads the job's metrics from all task managers that the console was told of. */
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

  /** The samples of one metric; fails where one of the addresses does not answer with metrics. */
  CompletableFuture<List<PrometheusText.Sample>> samples(String metric) {
    // Only this metric is asked for; a server that knows no such filter gives all of them.
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

  /** A page of errors has no metrics, which must not pass for a job that has done nothing yet. */
  private static String metrics(String url, HttpResponse<String> answer) {
    if (answer.statusCode() != OK) {
      throw new IllegalStateException(
          "%s answers %d, expected the job's metrics; see counter-machine.console.job-metrics-url"
              .formatted(url, answer.statusCode()));
    }
    return answer.body();
  }
}
