package io.countermachine.bench.pipeline;

import io.countermachine.local.stub.DynamoDbStub;

/**
 * What a contender did from its warm-up's end to its last write.
 *
 * @param used of the machine meanwhile, and what was read
 * @param items written
 * @param bytes of those items, as JSON on the wire
 */
record MeasuredWork(MeterLog.Sample used, long items, long bytes) {
  /**
   * Between two looks at the store.
   *
   * @throws IllegalStateException where nothing was read between them
   */
  static MeasuredWork of(
      MeterLog.Sample used, DynamoDbStub.Statistics before, DynamoDbStub.Statistics after) {
    MeasuredWork work =
        new MeasuredWork(used, after.items() - before.items(), after.bytes() - before.bytes());
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
