package io.countermachine.console;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;

/** Asks the broker for its nodes and for the topic. */
final class BrokerProbe implements Probe, AutoCloseable {
  private static final int LIMIT_MILLIS = 1_000;

  private final ConsoleProperties properties;
  private Admin admin;

  BrokerProbe(ConsoleProperties properties) {
    this.properties = properties;
  }

  @Override
  public String name() {
    return "broker";
  }

  @Override
  public CompletableFuture<ComponentStatus> look() {
    if (!properties.knowsBroker()) {
      return CompletableFuture.completedFuture(
          ComponentStatus.unknown(name(), "counter-machine.console.bootstrap-servers is not set"));
    }
    return ask(admin());
  }

  @Override
  public String reason(Throwable thrown) {
    return KafkaErrorMessages.of(thrown);
  }

  private CompletableFuture<ComponentStatus> ask(Admin client) {
    CompletableFuture<Integer> nodes =
        client
            .describeCluster(new DescribeClusterOptions().timeoutMs(LIMIT_MILLIS))
            .nodes()
            .toCompletionStage()
            .toCompletableFuture()
            .thenApply(found -> found.size());
    CompletableFuture<TopicDescription> topic =
        client
            .describeTopics(
                List.of(properties.topic()), new DescribeTopicsOptions().timeoutMs(LIMIT_MILLIS))
            .topicNameValues()
            .get(properties.topic())
            .toCompletionStage()
            .toCompletableFuture();
    return nodes.thenCombine(
        topic,
        (count, description) ->
            ComponentStatus.up(
                name(),
                "%s, topic %s with %s"
                    .formatted(
                        plural(count, "node"),
                        description.name(),
                        plural(description.partitions().size(), "partition"))));
  }

  private static String plural(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }

  private synchronized Admin admin() {
    if (admin == null) {
      Properties settings = new Properties();
      settings.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, properties.bootstrapServers());
      settings.put(AdminClientConfig.CLIENT_ID_CONFIG, "counter-machine-console");
      settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
      settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, LIMIT_MILLIS);
      admin = Admin.create(settings);
    }
    return admin;
  }

  @Override
  public synchronized void close() {
    if (admin != null) {
      admin.close(Duration.ofMillis(LIMIT_MILLIS));
    }
  }
}
