package io.countermachine.local.torture;

import io.countermachine.local.torture.FlinkCluster.Memory;
import java.util.Map;

/** Where the job under torture keeps its state. */
enum StateBackend {
  HEAP,
  ROCKSDB;

  /** Flink's settings for it. */
  Map<String, String> settings() {
    return switch (this) {
      case HEAP -> Map.of("state.backend.type", "hashmap");
      case ROCKSDB ->
          Map.of(
              "state.backend.type",
              "rocksdb",
              "execution.checkpointing.incremental",
              "true",
              "state.backend.rocksdb.use-bloom-filter",
              "true");
    };
  }

  /** What a taskmanager of a run of mixed faults gets. */
  Memory memory() {
    return switch (this) {
      case HEAP -> new Memory(384, 32);
      case ROCKSDB -> new Memory(384, 128);
    };
  }
}
