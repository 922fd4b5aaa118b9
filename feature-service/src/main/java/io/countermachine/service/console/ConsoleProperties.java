package io.countermachine.service.console;

import java.net.URI;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the console may look at; {@code counter-machine.console.*}. What is empty is not known, and
 * the console says so.
 *
 * @param enabled whether there is a console at all
 * @param bootstrapServers the broker that events go to
 * @param topic the events' topic
 * @param flinkUrl Flink's REST API, without a path
 * @param jobMetricsUrl where the job's metrics are scraped; one address per task manager
 */
@ConfigurationProperties("counter-machine.console")
record ConsoleProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("") String bootstrapServers,
    @DefaultValue("events") String topic,
    @DefaultValue("") String flinkUrl,
    @DefaultValue List<URI> jobMetricsUrl) {

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
