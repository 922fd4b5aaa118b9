package io.countermachine.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** The main class of the broker's process: a Kafka broker and its KRaft controller in one JVM. */
public final class KafkaBrokerMain {
  private KafkaBrokerMain() {}

  /**
   * Arguments: a data folder, {@code ADDRESS:PORT} that the broker listens on, {@code HOST:PORT}
   * that clients connect to, the controller's port, and further settings as {@code key=value}.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Path data = folder.resolve("data");
    List<String> settings =
        new ArrayList<>(settings(data, arguments[1], arguments[2], arguments[3]));
    // If a setting occurs twice, the last one wins.
    settings.addAll(List.of(arguments).subList(4, arguments.length));
    Path properties = Files.write(folder.resolve("server.properties"), settings);
    if (!Files.exists(data.resolve("meta.properties"))) {
      format(properties);
    }
    Kafka.main(new String[] {properties.toString()});
  }

  /** Formats a new folder for a new cluster. A restarted broker keeps its cluster. */
  private static void format(Path properties) throws Exception {
    String clusterId = Uuid.randomUuid().toString();
    // Call the tool's method instead of its main, which would exit this process.
    StorageTool.execute(
        new String[] {"format", "-t", clusterId, "-c", properties.toString()}, System.out);
  }

  private static List<String> settings(
      Path data, String listen, String advertised, String controllerPort) {
    // The controller listens only for this process, whoever may reach the broker.
    return List.of(
        "process.roles=broker,controller",
        "node.id=1",
        "controller.quorum.voters=1@127.0.0.1:" + controllerPort,
        "listeners=PLAINTEXT://" + listen + ",CONTROLLER://127.0.0.1:" + controllerPort,
        "advertised.listeners=PLAINTEXT://" + advertised,
        "controller.listener.names=CONTROLLER",
        "listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "inter.broker.listener.name=PLAINTEXT",
        "offsets.topic.replication.factor=1",
        "offsets.topic.num.partitions=1",
        "transaction.state.log.replication.factor=1",
        "transaction.state.log.min.isr=1",
        "group.initial.rebalance.delay.ms=0",
        "auto.create.topics.enable=false",
        "message.max.bytes=" + Topics.MAX_DEAD_LETTER_BYTES,
        "replica.fetch.max.bytes=" + Topics.MAX_DEAD_LETTER_BYTES,
        "log.dirs=" + data);
  }
}
