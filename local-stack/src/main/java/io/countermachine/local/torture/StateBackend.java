package io.countermachine.local.torture;

import io.countermachine.local.torture.FlinkCluster.Memory;
import java.util.Map;

/** Where the job under torture keeps its state. */
enum StateBackend {
  HEAP,
  ROCKSDB;

  /** Flink's settings for it; the job has defaults for the rest. */
  Map<String, String> settings() {
    return Map.of("state.backend.type", this == HEAP ? "hashmap" : "rocksdb");
  }

  /** What a taskmanager of a run of mixed faults gets. */
  Memory memory() {
    return switch (this) {
      case HEAP -> new Memory(384, 32);
      case ROCKSDB -> new Memory(384, 128);
    };
  }
}
