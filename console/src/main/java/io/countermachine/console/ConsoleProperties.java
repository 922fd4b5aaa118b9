package io.countermachine.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the console may look at; {@code counter-machine.console.*}. What is empty is not known, and
 * the console says so.
 *
 * @param serviceUrl the feature service, as the console reaches it
 * @param publicServiceUrl the same as browsers and programs reach it
 * @param apiKey what the service is called with; empty for none
 * @param hostNames names under which the page may be opened, in small letters, beside localhost and
 *     addresses in figures
 * @param sendEvents whether it may send events to the topic; otherwise it only reads
 * @param changeRules whether it may set and lift rules by the service
 * @param bootstrapServers the broker that events go to
 * @param topic the events' topic
 * @param flinkUrl Flink's REST API, without a path
 * @param jobMetricsUrl where the job's metrics are scraped; one address per task manager
 */
@ConfigurationProperties("counter-machine.console")
record ConsoleProperties(
    @DefaultValue("http://localhost:8080") String serviceUrl,
    @DefaultValue("") String publicServiceUrl,
    @DefaultValue("") String apiKey,
    @DefaultValue List<String> hostNames,
    @DefaultValue("false") boolean sendEvents,
    @DefaultValue("false") boolean changeRules,
    @DefaultValue("") String bootstrapServers,
    @DefaultValue("events") String topic,
    @DefaultValue("") String flinkUrl,
    @DefaultValue List<String> jobMetricsUrl) {
  private static final String PREFIX = "counter-machine.console.";
  private static final Pattern SERVER = Pattern.compile("\\s*[^\\s,/]+:\\d{1,5}\\s*");

  /**
   * Checks the addresses, so that a mistake is told at the start and not by a component that is
   * down.
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
    require(isWebAddress(serviceUrl), "service-url", serviceUrl, "http://HOST:PORT");
    if (publicServiceUrl.isBlank()) {
      publicServiceUrl = serviceUrl;
    }
    require(
        isWebAddress(publicServiceUrl), "public-service-url", publicServiceUrl, "http://HOST:PORT");
    serviceUrl = withoutSlash(serviceUrl);
    publicServiceUrl = withoutSlash(publicServiceUrl);
    jobMetricsUrl = List.copyOf(jobMetricsUrl);
    hostNames = hostNames.stream().map(name -> name.strip().toLowerCase(Locale.ROOT)).toList();
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

  boolean hasApiKey() {
    return !apiKey.isBlank();
  }

  /** An address of Flink's REST API. */
  URI flink(String path) {
    return URI.create(withoutSlash(flinkUrl) + path);
  }

  /** An address of the feature service. */
  URI service(String path) {
    return URI.create(serviceUrl + path);
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "ConsoleProperties[serviceUrl=" + serviceUrl + "]";
  }
}
