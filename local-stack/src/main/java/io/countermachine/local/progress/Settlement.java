package io.countermachine.local.progress;

import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.text.DisplayFormat;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * Waits until everything in the topics is counted, and until everything counted is in the table. It
 * polls the job's metrics and checkpoints, and never waits for a fixed time.
 */
public final class Settlement {
  /** Waits for a condition. */
  public interface Waiter {
    /**
     * Returns when a condition holds.
     *
     * @param what a description of the condition, for messages
     * @param progress describes the progress
     */
    void await(String what, Supplier<String> progress, BooleanSupplier condition);
  }

  private static final String WRITTEN_UP_TO = "count.writtenUpToMillis";

  private final Supplier<LocalBroker> broker;
  private final Supplier<Set<String>> topics;
  private final FlinkRestClient flink;
  private final Waiter waiter;

  /**
   * @param broker the current broker
   * @param topics the topics that the job currently reads
   */
  public Settlement(
      Supplier<LocalBroker> broker,
      Supplier<Set<String>> topics,
      FlinkRestClient flink,
      Waiter waiter) {
    this.broker = broker;
    this.topics = topics;
    this.flink = flink;
    this.waiter = waiter;
  }

  /** Creates a settlement with a time limit on each wait. */
  public Settlement(
      Supplier<LocalBroker> broker, Supplier<Set<String>> topics, FlinkRestClient flink) {
    this(broker, topics, flink, (what, progress, condition) -> Timeouts.await(what, condition));
  }

  /** The current ends of the committed events of the topics. */
  public Map<TopicPartition, Long> ends() {
    try (ConsumerLag progress = new ConsumerLag(broker.get(), topics.get())) {
      return progress.ends();
    }
  }

  /** Waits until every committed event that is in the topics now is in a completed checkpoint. */
  public void awaitCounted() {
    try (ConsumerLag topic = new ConsumerLag(broker.get(), topics.get())) {
      Map<TopicPartition, Long> ends = topic.ends();
      long events = ends.values().stream().mapToLong(Long::longValue).sum();
      long[] left = {events};
      waiter.await(
          "the counting of all events",
          () ->
              "waiting for a checkpoint of the job that has all %s; the newest has %,d"
                  .formatted(DisplayFormat.count(events, "event"), events - left[0]),
          () -> {
            left[0] = topic.uncounted(ends);
            return left[0] == 0;
          });
    }
  }

  /**
   * Waits until every event is counted, and its change is in the table.
   *
   * <p>Counted events are in the state, so their keys have changes to write. When every earlier
   * change has been given to the sink, a checkpoint that begins after that and completes has
   * flushed it. A restore in between undoes what the sink had received, so the method then waits
   * again from the start.
   */
  public void awaitWritten() {
    long restores;
    do {
      restores = flink.restores();
      awaitCounted();
      long counted = System.currentTimeMillis();
      waiter.await(
          "the writing of all changed keys",
          () ->
              "all events are counted; waiting for the table to get %s"
                  .formatted(
                      DisplayFormat.count(
                          flink.sumOf("count.waitingKeys").orElse(0), "changed key")),
          () -> flink.minOf(WRITTEN_UP_TO).orElse(0) > counted);
      long written = System.currentTimeMillis();
      waiter.await(
          "a checkpoint after the last write",
          () ->
              "all changed keys are on their way to the table; waiting for a checkpoint behind"
                  + " them",
          () -> flink.newestCheckpointMillis() > written);
    } while (flink.restores() != restores);
  }

  /**
   * Waits until every event is written, and until every write that may have been lost is confirmed.
   */
  public void awaitConfirmed() {
    // Writes in doubt that came after the last ones must be confirmed, too.
    awaitWritten();
    Timeouts.await(
        "the confirmation of all writes",
        () -> {
          boolean confirmed = isConfirmed();
          awaitWritten();
          return confirmed && isConfirmed();
        });
  }

  private boolean isConfirmed() {
    return flink.sumOf("count.confirmationMillisLeft").orElse(1) == 0;
  }
}
