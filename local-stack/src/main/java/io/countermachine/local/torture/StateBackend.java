package io.countermachine.local.torture;

import io.countermachine.local.torture.FlinkCluster.Memory;
import java.util.Map;

/** The state backend of the job in a torture run. */
enum StateBackend {
  HEAP,
  ROCKSDB;

  /** Flink's settings for it. The job has defaults for the rest. */
  Map<String, String> settings() {
    return Map.of("state.backend.type", this == HEAP ? "hashmap" : "rocksdb");
  }

  /** The memory of a taskmanager in a run of mixed faults. */
  Memory memory() {
    return switch (this) {
      case HEAP -> new Memory(384, 32);
      case ROCKSDB -> new Memory(384, 128);
    };
  }
}
