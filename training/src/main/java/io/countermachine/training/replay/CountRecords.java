package io.countermachine.training.replay;

import io.countermachine.job.ingest.SourceRecord;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Counts the records that are read. */
final class CountRecords extends RichMapFunction<SourceRecord, SourceRecord> {
  /** The accumulator. */
  static final String READ = "events read";

  private static final long serialVersionUID = 1L;

  private final LongCounter read = new LongCounter();

  @Override
  public void open(OpenContext openContext) {
    getRuntimeContext().addAccumulator(READ, read);
  }

  @Override
  public SourceRecord map(SourceRecord record) {
    read.add(1);
    return record;
  }
}
