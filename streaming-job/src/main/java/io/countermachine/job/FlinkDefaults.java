package io.countermachine.job;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ReadableConfig;

/** Flink settings that the job sets unless the cluster or the caller does. */
public final class FlinkDefaults {
  /**
   * Always set: the job's correctness or its savepoints depend on them.
   *
   * <p>The chaining is fixed because the sink reports lost writes to the operator that it is
   * chained to.
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
   * No effect with state on the heap. The index of a file of some 60 MB is larger than its share of
   * the block cache, so that each read of a key would load and decompress it again. A partitioned
   * index fits. Most reads of new keys end at the bloom filter.
   */
  private static final Map<String, String> ROCKSDB_DEFAULTS =
      Map.of(
          "execution.checkpointing.incremental", "true",
          "state.backend.rocksdb.memory.partitioned-index-filters", "true",
          "state.backend.rocksdb.use-bloom-filter", "true");

  /**
   * For a cluster in the job's own process, which nothing else protects: it listens only on this
   * machine, and runs only the job's code.
   */
  private static final Map<String, String> LOCAL_DEFAULTS =
      Map.of(
          "rest.bind-address", "127.0.0.1",
          "jobmanager.bind-host", "127.0.0.1",
          "taskmanager.bind-host", "127.0.0.1",
          "web.submit.enable", "false",
          "web.cancel.enable", "false");

  /**
   * The max parallelism of new jobs, unless the cluster or the caller sets one. It can never change
   * once there is state, see {@link RestoredState}.
   */
  public static final int MAX_PARALLELISM = 4096;

  /** The names of settings in earlier releases of Flink, which this one still accepts. */
  private static final Map<String, String> EARLIER_NAMES =
      Map.of("execution.checkpointing.incremental", "state.backend.incremental");

  private FlinkDefaults() {}

  /**
   * The configuration of the job. In order of precedence: fixed settings, the caller's, the
   * cluster's, our defaults.
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

  /**
   * Adds the settings that a cluster in the job's own process needs, unless the caller sets them.
   */
  public static void addLocal(Configuration flink, Map<String, String> caller) {
    LOCAL_DEFAULTS.forEach((key, value) -> flink.setString(key, caller.getOrDefault(key, value)));
  }
}
