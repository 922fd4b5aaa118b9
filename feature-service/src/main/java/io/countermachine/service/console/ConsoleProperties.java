package io.countermachine.service.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the console may look at; {@code counter-machine.console.*}. What is empty is not known, and
 * the console says so.
 *
 * @param enabled whether there is a console at all
 * @param sendEvents whether it may send events to the topic; otherwise it only reads
 * @param bootstrapServers the broker that events go to
 * @param topic the events' topic
 * @param flinkUrl Flink's REST API, without a path
 * @param jobMetricsUrl where the job's metrics are scraped; one address per task manager
 * @param maxCalls calls of {@code /console/api} at once
 */
@ConfigurationProperties("counter-machine.console")
record ConsoleProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("false") boolean sendEvents,
    @DefaultValue("") String bootstrapServers,
    @DefaultValue("events") String topic,
    @DefaultValue("") String flinkUrl,
    @DefaultValue List<String> jobMetricsUrl,
    @DefaultValue("16") int maxCalls) {
  private static final String PREFIX = "counter-machine.console.";
  private static final Pattern SERVER = Pattern.compile("\\s*[^\\s,/]+:\\d{1,5}\\s*");

  /**
   * Checks the addresses, so that a mistake is told at the start and not by a part that is down.
   */
  ConsoleProperties {
    if (!bootstrapServers.isBlank()) {
      for (String server : bootstrapServers.split(",", -1)) {
        require(
            SERVER.matcher(server).matches(),
            "bootstrap-servers",
            server,
            "HOST:PORT, with commas");
      }
    }
    if (!flinkUrl.isBlank()) {
      require(isWebAddress(flinkUrl), "flink-url", flinkUrl, "http://HOST:PORT");
    }
    for (String url : jobMetricsUrl) {
      require(isWebAddress(url), "job-metrics-url", url, "http://HOST:PORT/metrics, with commas");
    }
    if (maxCalls < 1) {
      throw new IllegalArgumentException(
          PREFIX + "max-calls is " + maxCalls + "; expected at least 1");
    }
    jobMetricsUrl = List.copyOf(jobMetricsUrl);
  }

  private static void require(boolean valid, String name, String value, String expected) {
    if (!valid) {
      throw new IllegalArgumentException(
          "%s%s has \"%s\"; expected %s".formatted(PREFIX, name, value, expected));
    }
  }

  private static boolean isWebAddress(String text) {
    try {
      URI address = new URI(text);
      return ("http".equals(address.getScheme()) || "https".equals(address.getScheme()))
          && address.getHost() != null
          && address.getRawQuery() == null
          && address.getRawFragment() == null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  boolean knowsBroker() {
    return !bootstrapServers.isBlank() && !topic.isBlank();
  }

  boolean knowsJob() {
    return !flinkUrl.isBlank();
  }

  /** An address of Flink's REST API. */
  URI flink(String path) {
    return URI.create(flinkUrl.endsWith("/") ? flinkUrl + path.substring(1) : flinkUrl + path);
  }
}
