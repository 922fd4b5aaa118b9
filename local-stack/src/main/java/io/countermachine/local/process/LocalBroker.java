package io.countermachine.local.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;

/** A real Kafka broker in its own process. */
public final class LocalBroker implements AutoCloseable {

  private final JavaProcess process;
  private final String address;

  private LocalBroker(JavaProcess process, String address) {
    this.process = process;
    this.address = address;
  }

  /**
   * Starts a broker that only this machine can reach. Data and logs go into the folder.
   *
   * @param settings additional Kafka settings, each as {@code key=value}
   */
  public static LocalBroker start(Path folder, int port, String... settings) {
    return start(folder, BindAddress.LOOPBACK, port, settings);
  }

  /** Starts a broker on a port of an address. Data and logs go into the folder. */
  public static LocalBroker start(Path folder, BindAddress bind, int port, String... settings) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                folder.resolve("kafka").toString(),
                bind.bracketed() + ":" + port,
                bind.advertised() + ":" + port,
                Integer.toString(Ports.free())));
    arguments.addAll(List.of(settings));
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "kafka",
                Installation.localStack(),
                KafkaBrokerMain.class.getName(),
                arguments,
                List.of("-Xmx512m", "-Xshare:auto", "-XX:TieredStopAtLevel=1"),
                Map.of()),
            folder);
    return new LocalBroker(process, bind.host() + ":" + port);
  }

  /** Waits until the broker responds. */
  public LocalBroker awaitReady() {
    try (Admin admin = admin()) {
      process.awaitReady("the Kafka broker", () -> answers(admin));
    }
    return this;
  }

  private static boolean answers(Admin admin) {
    try {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }

  public String bootstrapServers() {
    return address;
  }

  public JavaProcess process() {
    return process;
  }

  /** An admin client. The caller must close it. */
  public Admin admin() {
    Properties properties = new Properties();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, "3000");
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, "5000");
    return Admin.create(properties);
  }

  /** Creates a topic with a maximum record size. */
  public void createTopic(String name, int partitions, int maxRecordBytes) {
    createTopic(
        name,
        partitions,
        Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(maxRecordBytes)));
  }

  /** Creates a topic with settings. */
  public void createTopic(String name, int partitions, Map<String, String> settings) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(settings);
    try (Admin admin = admin()) {
      Timeouts.get("creating topic " + name, admin.createTopics(List.of(topic)).all());
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
