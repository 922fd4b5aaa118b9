package io.countermachine.job;

import io.countermachine.catalog.Catalog;
import io.countermachine.job.backfill.SumSource;
import io.countermachine.job.counting.CatalogCheck;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RestoreMode;
import org.apache.flink.runtime.checkpoint.CheckpointProperties;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.shaded.guava31.com.google.common.hash.Hashing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties of a checkpoint or savepoint to restore, from its metadata.
 *
 * @param maxParallelism the number of key groups of its state, which can never change
 * @param savepoint true if an operator made it, so that Flink must not delete it
 * @param eventsInFlight true if it contains events between operators, as unaligned checkpoints do
 * @param optional the uids of its operators that a catalog may leave out
 */
record RestoredState(
    String path,
    int maxParallelism,
    boolean savepoint,
    boolean eventsInFlight,
    Set<String> optional) {
  private static final Logger LOG = LoggerFactory.getLogger(RestoredState.class);

  /** Flink makes two operators of a sink with transactions. */
  private static final List<String> OPTIONAL =
      List.of(
          CounterWorkflow.DERIVE,
          CounterWorkflow.SERIES,
          CounterWorkflow.EMIT,
          "Sink Committer: " + CounterWorkflow.EMIT,
          SumSource.UID);

  /** The id that Flink derives from an operator's uid. */
  private static OperatorID id(String uid) {
    return new OperatorID(Hashing.murmur3_128(0).hashString(uid, StandardCharsets.UTF_8).asBytes());
  }

  /**
   * Reads the metadata at a path.
   *
   * @throws IOException if there is none, or it cannot be read
   * @throws IllegalStateException if this release can never restore it
   */
  static RestoredState read(String path) throws IOException {
    try (DataInputStream in =
        new DataInputStream(
            AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path)
                .getMetadataHandle()
                .openInputStream())) {
      CheckpointMetadata metadata =
          Checkpoints.loadCheckpointMetadata(in, RestoredState.class.getClassLoader(), path);
      CheckpointProperties properties = metadata.getCheckpointProperties();
      Collection<OperatorState> operators = metadata.getOperatorStates();
      StateHeaders.requireReadable(path, operators);
      return new RestoredState(
          path,
          maxParallelism(operators),
          // Without properties, it counts as made by an operator.
          properties == null || properties.isSavepoint(),
          operators.stream()
              .flatMap(operator -> operator.getStates().stream())
              .anyMatch(RestoredState::hasEventsInFlight),
          OPTIONAL.stream()
              .filter(
                  uid ->
                      operators.stream()
                          .anyMatch(operator -> operator.getOperatorID().equals(id(uid))))
              .collect(Collectors.toUnmodifiableSet()));
    }
  }

  private static int maxParallelism(Collection<OperatorState> operators) throws IOException {
    List<OperatorState> keyed =
        operators.stream()
            .filter(operator -> operator.getStates().stream().anyMatch(RestoredState::isKeyed))
            .toList();
    return (keyed.isEmpty() ? operators : keyed)
        .stream()
            .mapToInt(OperatorState::getMaxParallelism)
            .max()
            .orElseThrow(() -> new IOException("there is no operator's state in it"));
  }

  private static boolean isKeyed(OperatorSubtaskState state) {
    return !state.getManagedKeyedState().isEmpty() || !state.getRawKeyedState().isEmpty();
  }

  private static boolean hasEventsInFlight(OperatorSubtaskState state) {
    return !state.getInputChannelState().isEmpty() || !state.getResultSubpartitionState().isEmpty();
  }

  /**
   * The settings for restoring it: its max parallelism, and the claim mode. A checkpoint of the
   * job's own is claimed, so Flink deletes it once it is no longer needed. A savepoint is never
   * claimed.
   *
   * @param chosen true if the job found it in its own folders; false if it was passed to Flink
   * @param catalog its verbs and topics have state; state of others is dropped
   * @param readsSums whether the job reads sums of history
   * @param configured the settings of the caller and the cluster
   */
  Configuration settings(
      boolean chosen, Catalog catalog, boolean readsSums, ReadableConfig configured) {
    Configuration settings = new Configuration();
    boolean verbsGone = optional.contains(CounterWorkflow.DERIVE) && catalog.verbEvents().isEmpty();
    boolean topicsGone =
        optional.contains(CounterWorkflow.EMIT) && catalog.emittedTopics().isEmpty();
    boolean seriesGone = optional.contains(CounterWorkflow.SERIES) && catalog.series().isEmpty();
    if (optional.contains(SumSource.UID) && !readsSums) {
      LOG.warn(
          "--backfill-topic is not set any more: its position in {} is dropped, and sums"
              + " that were not read are not counted",
          path);
      settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
    if (verbsGone || topicsGone || seriesGone) {
      LOG.warn(
          "the catalog no longer has {}: their state in {} is dropped",
          verbsGone ? "verbs" : topicsGone ? "topics to emit to" : "series to emit",
          path);
      settings.set(StateRecoveryOptions.SAVEPOINT_IGNORE_UNCLAIMED_STATE, true);
    }
    configured
        .getOptional(PipelineOptions.MAX_PARALLELISM)
        .filter(other -> other != maxParallelism)
        .ifPresent(
            other ->
                LOG.warn(
                    "pipeline.max-parallelism {} has no effect: the state in {} is divided by {},"
                        + " which cannot change",
                    other,
                    path,
                    maxParallelism));
    settings.set(PipelineOptions.MAX_PARALLELISM, maxParallelism);
    if (eventsInFlight) {
      Map<String, String> parameters =
          new HashMap<>(configured.get(PipelineOptions.GLOBAL_JOB_PARAMETERS));
      parameters.put(CatalogCheck.SAME_CATALOG, "true");
      settings.set(PipelineOptions.GLOBAL_JOB_PARAMETERS, parameters);
    }
    if (chosen) {
      settings.set(StateRecoveryOptions.SAVEPOINT_PATH, path);
    }
    Optional<RestoreMode> mode = configured.getOptional(StateRecoveryOptions.RESTORE_MODE);
    if (savepoint && mode.filter(claim -> claim == RestoreMode.CLAIM).isPresent()) {
      settings.set(StateRecoveryOptions.RESTORE_MODE, RestoreMode.NO_CLAIM);
    } else if (!savepoint && chosen && mode.isEmpty()) {
      settings.set(StateRecoveryOptions.RESTORE_MODE, RestoreMode.CLAIM);
    }
    return settings;
  }
}
