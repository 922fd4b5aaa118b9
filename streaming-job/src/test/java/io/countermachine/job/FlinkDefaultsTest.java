package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class FlinkDefaultsTest {
  private static final String BLOOM = "state.backend.rocksdb.use-bloom-filter";
  private static final String REUSE = "pipeline.object-reuse";

  @Test
  void complete_hasTheJobsDefaults_whenNobodySetsThem() {
    Map<String, String> complete = FlinkDefaults.complete(new Configuration(), Map.of()).toMap();

    assertThat(complete)
        .containsEntry(BLOOM, "true")
        .containsEntry("state.backend.rocksdb.memory.partitioned-index-filters", "true")
        .containsEntry("execution.checkpointing.incremental", "true");
  }

  @Test
  void complete_leavesTheClustersSetting_whenTheClusterSetsIt() {
    Configuration cluster = Configuration.fromMap(Map.of(BLOOM, "false"));

    assertThat(FlinkDefaults.complete(cluster, Map.of()).toMap()).doesNotContainKey(BLOOM);
  }

  @Test
  void complete_leavesTheClustersSetting_whenTheClusterCallsItByItsEarlierName() {
    Configuration cluster = Configuration.fromMap(Map.of("state.backend.incremental", "false"));

    Configuration merged = new Configuration(cluster);
    merged.addAll(FlinkDefaults.complete(cluster, Map.of()));

    assertThat(merged.get(CheckpointingOptions.INCREMENTAL_CHECKPOINTS)).isFalse();
  }

  @Test
  void complete_hasTheCallersSetting_whateverTheClusterSets() {
    Configuration cluster = Configuration.fromMap(Map.of(BLOOM, "true"));

    assertThat(FlinkDefaults.complete(cluster, Map.of(BLOOM, "false")).toMap())
        .containsEntry(BLOOM, "false");
  }

  @Test
  void complete_keepsWhatStateDependsOn_whateverTheCallerSets() {
    assertThat(FlinkDefaults.complete(new Configuration(), Map.of(REUSE, "false")).toMap())
        .containsEntry(REUSE, "true");
  }

  @Test
  void addLocal_closesTheCluster_whereTheCallerDoesNotOpenIt() {
    Configuration closed = new Configuration();
    FlinkDefaults.addLocal(closed, Map.of());
    Configuration opened = new Configuration();
    FlinkDefaults.addLocal(opened, Map.of("rest.bind-address", "0.0.0.0"));

    assertThat(closed.toMap())
        .containsEntry("rest.bind-address", "127.0.0.1")
        .containsEntry("jobmanager.bind-host", "127.0.0.1")
        .containsEntry("web.submit.enable", "false")
        .containsEntry("web.cancel.enable", "false");
    assertThat(opened.toMap())
        .containsEntry("rest.bind-address", "0.0.0.0")
        .containsEntry("web.submit.enable", "false");
  }
}
