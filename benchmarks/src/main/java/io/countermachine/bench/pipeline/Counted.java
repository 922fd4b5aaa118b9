package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.local.stub.DynamoDbStub;
import java.util.HashMap;
import java.util.Map;

/**
 * The cost of counting, from the end of the warm-up; keys, state, checkpoints and memory are for
 * the whole run.
 *
 * @param updatesPerSecond increased values per second: one per interval of each counter that an
 *     event changes
 * @param cpuSecondsPerMillion CPU time of the whole process, per million events
 * @param compilerSecondsPerMillion the time for which the JVM's compiler threads worked, per
 *     million events; this includes waiting for a core, so it can exceed their CPU time. Null if
 *     the JVM does not report it
 * @param writtenKilobytesPerEvent size of written items as JSON on the wire
 * @param stateBytesPerKey size of a whole checkpoint divided by the number of items; null without
 *     Flink
 * @param checkpointMegabytes the size that a checkpoint wrote, on average; null without Flink
 * @param checkpointMillis the duration of a checkpoint, on average; null without Flink
 * @param peakMegabytes the peak resident memory of the process; 0 if the system does not report it
 */
public record Counted(
    double seconds,
    double eventsPerSecond,
    double updatesPerSecond,
    double cpuSecondsPerMillion,
    Double compilerSecondsPerMillion,
    double allocatedBytesPerEvent,
    double writesPerEvent,
    double writtenKilobytesPerEvent,
    long keys,
    Double stateBytesPerKey,
    Integer checkpoints,
    Double checkpointMegabytes,
    Double checkpointMillis,
    long peakMegabytes,
    int checkedKeys,
    int wrongKeys) {

  /**
   * The work of a contender from the end of its warm-up to its last write.
   *
   * @param used the resources used in that time, and the records read
   * @param items the number of written items
   * @param bytes the size of those items as JSON on the wire
   */
  record Work(MeterLog.Sample used, long items, long bytes) {
    /**
     * Computes the work between two states of the store.
     *
     * @throws IllegalStateException if nothing was read between them
     */
    static Work of(
        MeterLog.Sample used, DynamoDbStub.Statistics before, DynamoDbStub.Statistics after) {
      Work work = new Work(used, after.items() - before.items(), after.bytes() - before.bytes());
      if (work.events() <= 0) {
        throw new IllegalStateException(
            "all events were read before the end of the warm-up was detected; use more events");
      }
      return work;
    }

    /**
     * The number of events read. The last records do not count, because their names are in no
     * catalog.
     */
    long events() {
      return used.records() - EventTopic.PARTITIONS;
    }
  }

  /** Checkpoints are null without Flink. */
  static Counted of(
      EventStream stream,
      BenchCatalog catalog,
      Work work,
      Checkpoints checkpoints,
      Finding finding,
      long keys,
      long peakMegabytes) {
    MeterLog.Sample used = work.used();
    double measured = work.events();
    double seconds = used.epochMillis() / 1e3;
    boolean flink = checkpoints != null;
    return new Counted(
        seconds,
        measured / seconds,
        updatesPerEvent(stream, catalog) * measured / seconds,
        used.cpuNanos() / 1e3 / measured,
        used.compilerMillis() < 0 ? null : used.compilerMillis() * 1e3 / measured,
        used.allocatedBytes() / measured,
        work.items() / measured,
        work.bytes() / 1024.0 / measured,
        keys,
        flink ? (double) checkpoints.stateBytes() / keys : null,
        flink ? checkpoints.completed() : null,
        flink ? checkpoints.meanWrittenBytes() / 1e6 : null,
        flink ? checkpoints.meanMillis() : null,
        peakMegabytes,
        finding.sampled(),
        finding.wrong());
  }

  private static double updatesPerEvent(EventStream stream, BenchCatalog catalog) {
    Map<String, Integer> perEvent = new HashMap<>();
    for (Group group : catalog.catalog().groups()) {
      for (Feed feed : BenchCatalog.amounts(group)) {
        int intervals = group.schema().measures().get(feed.measure()).intervals().size();
        perEvent.merge(feed.event(), intervals, Integer::sum);
      }
    }
    double updates = 0;
    stream.rewind();
    while (stream.advance()) {
      for (Map.Entry<String, Integer> one : perEvent.entrySet()) {
        boolean is = EventMix.weight(one.getKey(), stream.type(), stream.value()) != 0;
        updates += is ? one.getValue() : 0;
      }
    }
    return updates / stream.shape().events();
  }
}
