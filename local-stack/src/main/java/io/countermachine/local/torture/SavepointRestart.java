package io.countermachine.local.torture;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.JobHistory;
import java.util.Set;

/** Stops the job with a savepoint and resumes it, perhaps with another catalog or other topics. */
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

  /** Resumes it at any parallelism, while events go on. */
  void resume(int parallelism) {
    stop();
    stack.cluster().resume(job(parallelism));
  }

  /** Resumes it with a group more. */
  void addGroup() {
    stack.feed().pause();
    settlement.awaitCounted();
    resume(catalog.withAddedGroup());
    stack.feed().resume();
  }

  /**
   * Resumes it with another catalog, while nothing is sent.
   *
   * <p>All that was sent has to be counted before, so that it is known which catalog counts an
   * event.
   */
  void resume(Choice next) {
    catalog = next;
    history.goesOn(catalog.catalog(), history.topics(), settlement.ends());
    resume(stack.cluster().job().parallelism());
  }

  /** Resumes it with other topics, once all that was sent is counted and while nothing is sent. */
  void resume(Set<String> topics) {
    history.goesOn(catalog.catalog(), topics, settlement.ends());
    resume(stack.cluster().job().parallelism());
  }

  /** The catalog that the job runs with. */
  Choice catalog() {
    return catalog;
  }

  /** Stops it, and does not resume it. */
  void stop() {
    Timeouts.await("the job's running before it is stopped", stack.flink()::isRunning);
    stack.cluster().stop(stack.flink()::stopWithSavepoint);
  }

  /** How it is resumed once it is stopped. */
  Job job(int parallelism) {
    return new Job(stack.jobArguments(catalog, history.topics(), ++stops), parallelism);
  }
}
