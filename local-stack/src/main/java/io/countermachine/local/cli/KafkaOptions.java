package io.countermachine.local.cli;

import io.countermachine.local.process.TopicReader;
import java.util.Map;
import java.util.Properties;
import picocli.CommandLine.Option;

/** The options for Kafka's brokers. The defaults are the demo's. */
public final class KafkaOptions {
  /** The demo's brokers. */
  public static final String DEMO = "localhost:9092";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "LIST",
      description = "Kafka brokers, default: the demo's, ${DEFAULT-VALUE}")
  private String servers = DEMO;

  @Option(
      names = "--kafka-property",
      paramLabel = "KEY=VALUE",
      description = "passed to the Kafka client, for example for TLS; repeatable")
  private Map<String, String> properties = Map.of();

  /** The brokers, as given by the option. */
  public String servers() {
    return servers;
  }

  /** The settings of a Kafka client of these brokers. */
  public Properties client() {
    return TopicReader.client(servers, properties);
  }
}
