package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.catalog.Group;
import io.countermachine.local.stub.DynamoDbStub;

/**
 * What counting took: from the warm-up's end on all but keys, state, checkpoints and memory.
 *
 * @param updatesPerSecond values raised in a second, one per interval of each counter that an event
 *     touches
 * @param cpuSecondsPerMillion of the whole process, per million events
 * @param compilerSecondsPerMillion that the JVM's compiler threads were at work meanwhile, per
 *     million events; waiting for a core counts, so it can be more than their CPU. Null where the
 *     JVM does not tell
 * @param writtenKilobytesPerEvent of items, as JSON on the wire
 * @param stateBytesPerKey of a whole checkpoint, by the items there are; null without Flink
 * @param checkpointMegabytes what a checkpoint wrote, on average; null without Flink
 * @param checkpointMillis how long it took, on average; null without Flink
 * @param peakMegabytes the most memory that the process had resident; 0 where the system does not
 *     tell
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
   * What a contender did from its warm-up's end to its last write.
   *
   * @param used of the machine meanwhile, and what was read
   * @param items written
   * @param bytes of those items, as JSON on the wire
   */
  record Work(MeterLog.Sample used, long items, long bytes) {
    /**
     * Between two looks at the store.
     *
     * @throws IllegalStateException where nothing was read between them
     */
    static Work of(
        MeterLog.Sample used, DynamoDbStub.Statistics before, DynamoDbStub.Statistics after) {
      Work work = new Work(used, after.items() - before.items(), after.bytes() - before.bytes());
      if (work.events() <= 0) {
        throw new IllegalStateException(
            "all events were read before the warm-up's end was seen; measure with more of them");
      }
      return work;
    }

    /** How many events were read; the last records are none, as no catalog knows them. */
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
    double[] perType = new double[EventMix.TYPES.size()];
    for (Group group : catalog.catalog().groups()) {
      for (int type = 0; type < perType.length; type++) {
        if (group.schema().measureIndex(EventMix.TYPES.get(type)) >= 0) {
          perType[type] += group.schema().intervals().size();
        }
      }
    }
    double updates = 0;
    stream.rewind();
    while (stream.advance()) {
      updates += perType[stream.type()];
    }
    return updates / stream.shape().events();
  }
}
