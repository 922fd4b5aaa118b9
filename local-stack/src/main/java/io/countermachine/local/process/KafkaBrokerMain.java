package io.countermachine.local.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;

/** Main class of the broker's process: a Kafka broker and its controller, KRaft, in one JVM. */
public final class KafkaBrokerMain {
  private KafkaBrokerMain() {}

  /**
   * Arguments: a folder for the data, {@code ADDRESS:PORT} at which the broker listens, {@code
   * HOST:PORT} at which clients find it, the controller's port, and further settings, each as
   * {@code key=value}.
   */
  public static void main(String[] arguments) throws Exception {
    Path folder = Files.createDirectories(Path.of(arguments[0]));
    Path data = folder.resolve("data");
    List<String> settings =
        new ArrayList<>(settings(data, arguments[1], arguments[2], arguments[3]));
    // Of a setting that is there twice the last one holds.
    settings.addAll(List.of(arguments).subList(4, arguments.length));
    Path properties = Files.write(folder.resolve("server.properties"), settings);
    if (!Files.exists(data.resolve("meta.properties"))) {
      format(properties);
    }
    Kafka.main(new String[] {properties.toString()});
  }

  /** Makes new folders a cluster's of their own; a broker that starts again keeps its cluster. */
  private static void format(Path properties) throws Exception {
    String clusterId = Uuid.randomUuid().toString();
    // The tool ends the process where asked for its exit code, so it is run by its method.
    StorageTool.execute(
        new String[] {"format", "-t", clusterId, "-c", properties.toString()}, System.out);
  }

  private static List<String> settings(
      Path data, String listen, String advertised, String controllerPort) {
    // The controller is for this process alone, whoever may reach the broker.
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
