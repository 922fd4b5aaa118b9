package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerIT {
  private static final String TOPIC = "kept";

  @TempDir private Path folder;

  private static String clusterOf(LocalBroker broker) throws Exception {
    try (Admin admin = broker.admin()) {
      assertThat(admin.listTopics().names().get()).contains(TOPIC);
      return admin.describeCluster().clusterId().get();
    }
  }

  @Test
  void broker_keepsItsClusterAndTopics_whenItWasKilled() throws Exception {
    String before;
    try (LocalBroker broker = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      broker.createTopic(TOPIC, 1, 1_000);
      before = clusterOf(broker);
      broker.process().kill();
    }
    try (LocalBroker again = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      assertThat(clusterOf(again)).isEqualTo(before);
    }
  }
}
