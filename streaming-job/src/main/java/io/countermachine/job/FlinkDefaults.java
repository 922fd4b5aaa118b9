package io.countermachine.job;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/** What the job sets of Flink's configuration where neither the cluster nor the caller does. */
public final class FlinkDefaults {
  /**
   * Set whatever else is configured: what the job's own correctness or its savepoints depend on.
   *
   * <p>The sink tells the operator that it is chained to what was lost.
   */
  private static final Map<String, String> FIXED =
      Map.of(
          "pipeline.generic-types", "false",
          "pipeline.auto-generate-uids", "false",
          "pipeline.operator-chaining.enabled", "true",
          "pipeline.object-reuse", "true");

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "execution.checkpointing.interval", "10s",
          "execution.checkpointing.mode", "EXACTLY_ONCE",
          "execution.checkpointing.externalized-checkpoint-retention", "RETAIN_ON_CANCELLATION",
          "execution.checkpointing.tolerable-failed-checkpoints", "10",
          "execution.checkpointing.min-pause", "1s",
          "execution.checkpointing.timeout", "10min",
          // A task that waits for the table may lose the first interrupt to a timer's callback, and
          // then wait again.
          "task.cancellation.interval", "3000");

  /**
   * Of no effect with state on the heap. The index of a file of some 60 MB takes more than the part
   * of the block cache that it may lie in, so that each read of a key would load and unpack it
   * again; in parts it fits. Most reads of new keys end at the bloom filter.
   */
  private static final Map<String, String> ROCKSDB_DEFAULTS =
      Map.of(
          "execution.checkpointing.incremental", "true",
          "state.backend.rocksdb.memory.partitioned-index-filters", "true",
          "state.backend.rocksdb.use-bloom-filter", "true");

  /**
   * For a cluster in the job's own process, which nothing else guards: it listens on this machine
   * alone, and runs no code but the job's.
   */
  private static final Map<String, String> LOCAL_DEFAULTS =
      Map.of(
          "rest.bind-address", "127.0.0.1",
          "jobmanager.bind-host", "127.0.0.1",
          "taskmanager.bind-host", "127.0.0.1",
          "web.submit.enable", "false",
          "web.cancel.enable", "false");

  /**
   * The max parallelism of new jobs where neither the cluster nor the caller sets one; it can never
   * change once there is state, see {@link RestoredState}.
   */
  public static final int MAX_PARALLELISM = 4096;

  /** What settings were called in earlier releases of Flink, which this one still reads. */
  private static final Map<String, String> EARLIER_NAMES =
      Map.of("execution.checkpointing.incremental", "state.backend.incremental");

  private FlinkDefaults() {}

  /**
   * The configuration of the job: fixed settings, then the caller's, then the cluster's, then our
   * defaults.
   */
  public static Configuration complete(ReadableConfig cluster, Map<String, String> caller) {
    Set<String> given = new HashSet<>(cluster.toMap().keySet());
    given.addAll(caller.keySet());
    Configuration complete = new Configuration();
    Stream.of(DEFAULTS, ROCKSDB_DEFAULTS)
        .flatMap(defaults -> defaults.entrySet().stream())
        .filter(setting -> !given.contains(setting.getKey()))
        .filter(setting -> !given.contains(EARLIER_NAMES.getOrDefault(setting.getKey(), "")))
        .forEach(setting -> complete.setString(setting.getKey(), setting.getValue()));
    caller.forEach(complete::setString);
    FIXED.forEach(complete::setString);
    return complete;
  }

  /** Adds what a cluster in the job's own process needs where the caller does not say otherwise. */
  public static void addLocal(Configuration flink, Map<String, String> caller) {
    LOCAL_DEFAULTS.forEach((key, value) -> flink.setString(key, caller.getOrDefault(key, value)));
  }
}
