package io.countermachine.local.torture;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.JobHistory;
import java.util.Set;

/**
 * Stops the job with a savepoint, and resumes it, possibly with another catalog or other topics.
 */
final class SavepointRestart {
  private final TortureStack stack;
  private final Settlement settlement;
  private final JobHistory history;
  private Choice catalog = Choice.FIRST;
  private int stops;

  SavepointRestart(TortureStack stack, Settlement settlement, JobHistory history) {
    this.stack = stack;
    this.settlement = settlement;
    this.history = history;
  }

  /** Resumes it with any parallelism, while events continue. */
  void resume(int parallelism) {
    stop();
    stack.cluster().resume(job(parallelism));
  }

  /** Resumes it with an additional group. */
  void addGroup() {
    stack.feed().pause();
    settlement.awaitCounted();
    resume(catalog.withAddedGroup());
    stack.feed().resume();
  }

  /**
   * Resumes it with another catalog, while no events are sent.
   *
   * <p>All events that were sent must be counted before, so that it is known which catalog counts
   * which event.
   */
  void resume(Choice next) {
    catalog = next;
    history.goesOn(catalog.catalog(), history.topics(), settlement.ends());
    resume(stack.cluster().job().parallelism());
  }

  /**
   * Resumes it with other topics, after all sent events are counted and while no events are sent.
   */
  void resume(Set<String> topics) {
    history.goesOn(catalog.catalog(), topics, settlement.ends());
    resume(stack.cluster().job().parallelism());
  }

  /** The catalog that the job runs with. */
  Choice catalog() {
    return catalog;
  }

  /** Stops the job, and does not resume it. */
  void stop() {
    Timeouts.await("the job's running before it is stopped", stack.flink()::isRunning);
    stack.cluster().stop(stack.flink()::stopWithSavepoint);
  }

  /** The job with which it resumes. */
  Job job(int parallelism) {
    return new Job(stack.jobArguments(catalog, history.topics(), ++stops), parallelism);
  }
}
