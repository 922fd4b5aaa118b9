package io.countermachine.job;

import io.countermachine.item.CounterTable;
import io.countermachine.job.config.JobOptions.Start;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;

/**
 * Where a job starts from.
 *
 * <p>Items hold absolute values. A job that starts with empty state and a filled table would
 * replace the counts of months with those of minutes, so this must be requested explicitly.
 *
 * @param restorePath the checkpoint or savepoint to restore, if the job chose one
 * @param offsets the offsets at which to start partitions that no restored state knows
 * @param why what was chosen and why, for the log
 * @param lossy whether counters in the table will be overwritten with smaller ones
 */
record StartingPoint(
    Optional<String> restorePath, OffsetsInitializer offsets, String why, boolean lossy) {

  /**
   * Chooses the starting point.
   *
   * @param republish whether every item of the state is to be written to the table again
   * @throws IllegalStateException if there is no state to restore, the table holds counters, and no
   *     start was requested; if there is state, and the table is empty; or if both empty state and
   *     a path were requested
   */
  static StartingPoint choose(
      Start start, ReadableConfig flink, CounterTable table, boolean republish) throws IOException {
    SavepointRestoreSettings given = SavepointRestoreSettings.fromConfiguration(flink);
    if (start != Start.AUTO) {
      if (given.restoreSavepoint()) {
        throw new IllegalStateException(
            "--start %s asks for empty state, and Flink was told to restore %s: drop one of them"
                .formatted(start.name().toLowerCase(Locale.ROOT), given.getRestorePath()));
      }
      return askedFor(start, table);
    }
    if (given.restoreSavepoint()) {
      requireTable(given.getRestorePath(), table, republish);
      return new StartingPoint(
          Optional.empty(),
          OffsetsInitializer.earliest(),
          "restoring " + given.getRestorePath() + ", as Flink was told",
          false);
    }
    List<String> folders =
        Stream.of(
                flink.getOptional(CheckpointingOptions.CHECKPOINTS_DIRECTORY),
                flink.getOptional(CheckpointingOptions.SAVEPOINT_DIRECTORY))
            .flatMap(Optional::stream)
            .distinct()
            .toList();
    Optional<String> newest = RetainedCheckpoints.newest(folders);
    if (newest.isPresent()) {
      requireTable(newest.get(), table, republish);
      return new StartingPoint(
          newest,
          OffsetsInitializer.earliest(),
          "restoring "
              + newest.get()
              + ", the newest retained checkpoint or savepoint below "
              + folders,
          false);
    }
    if (!table.isEmpty()) {
      throw new IllegalStateException(
          "the table holds counters, but there is no checkpoint or savepoint below "
              + folders
              + ": a job without state would overwrite them with smaller ones."
              + " Restore a savepoint (-Dexecution.state-recovery.path=…), or choose one:"
              + " --start earliest counts the topic again from its beginning,"
              + " --start latest counts only what comes from now on");
    }
    return new StartingPoint(
        Optional.empty(),
        OffsetsInitializer.earliest(),
        "no checkpoint below "
            + folders
            + " and an empty table: reading the topic from its beginning",
        false);
  }

  /**
   * A table that the job has written to has at least the catalog's item, unless an earlier release
   * wrote it. The running job, which has the state, checks whether the table belongs to the state.
   */
  private static void requireTable(String state, CounterTable table, boolean republish) {
    if (!republish && table.catalogItem().isEmpty() && table.isEmpty()) {
      throw new IllegalStateException(
          "the table is empty, but there is a state to restore, "
              + state
              + ": items of keys without further events would be missing for ever."
              + " Give the job the table that the state belongs to (--table, --region,"
              + " --dynamodb-endpoint), or let it write every item of the state to this one:"
              + " start once with --republish");
    }
  }

  private static StartingPoint askedFor(Start start, CounterTable table) {
    boolean filled = !table.isEmpty();
    String what =
        "starting with empty state from the topic's %s, as requested with --start %s"
            .formatted(
                start == Start.LATEST ? "end" : "beginning",
                start == Start.LATEST ? "latest" : "earliest");
    return new StartingPoint(
        Optional.empty(),
        start == Start.LATEST ? OffsetsInitializer.latest() : OffsetsInitializer.earliest(),
        filled ? what + "; the table holds counters, which will be OVERWRITTEN" : what,
        filled);
  }
}
