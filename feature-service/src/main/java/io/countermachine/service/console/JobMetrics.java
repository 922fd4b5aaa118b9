package io.countermachine.service.console;

import java.net.URI;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Reads the job's metrics from all task managers that the console was told of. */
final class JobMetrics {
  private final ConsoleProperties properties;
  private final WebReader reader;

  JobMetrics(ConsoleProperties properties, WebReader reader) {
    this.properties = properties;
    this.reader = reader;
  }

  boolean areKnown() {
    return !properties.jobMetricsUrl().isEmpty();
  }

  /** The samples of one metric; fails where one of the addresses does not answer. */
  CompletableFuture<List<PrometheusText.Sample>> samples(String metric) {
    // Only this metric is asked for; a server that knows no such filter gives all of them.
    List<CompletableFuture<HttpResponse<String>>> answers =
        properties.jobMetricsUrl().stream()
            .map(url -> reader.get(URI.create(url + "?name%5B%5D=" + metric)))
            .toList();
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenApply(
            all ->
                answers.stream()
                    .map(answer -> answer.join().body())
                    .flatMap(text -> PrometheusText.samples(text, metric).stream())
                    .toList());
  }
}
