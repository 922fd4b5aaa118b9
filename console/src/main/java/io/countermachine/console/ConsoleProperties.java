package io.countermachine.console;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The components that the console can reach; {@code counter-machine.console.*}. If a setting is
 * empty, the console reports that component as unknown.
 *
 * @param serviceUrl the feature service's address for the console
 * @param publicServiceUrl the feature service's address for browsers and programs
 * @param apiKey the key for calls to the service; empty for none
 * @param hostNames host names, in lower case, under which the page may be opened, in addition to
 *     localhost and IP addresses
 * @param sendEvents whether the console may send events to the topic
 * @param changeRules whether the console may set and lift rules through the service
 * @param bootstrapServers the brokers that events are sent to
 * @param topic the topic of events
 * @param flinkUrl Flink's REST API, without a path
 * @param jobMetricsUrl the addresses of the job's metrics, one per task manager
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
   * Validates the addresses, so that a mistake shows at the start and not as a component that is
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

  /** An address in Flink's REST API. */
  URI flink(String path) {
    return URI.create(withoutSlash(flinkUrl) + path);
  }

  /** An address in the feature service. */
  URI service(String path) {
    return URI.create(serviceUrl + path);
  }

  private static String withoutSlash(String url) {
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Leaves out the key. */
  @Override
  public String toString() {
    return "ConsoleProperties[serviceUrl=" + serviceUrl + "]";
  }
}
