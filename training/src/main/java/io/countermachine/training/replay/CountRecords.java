package io.countermachine.training.replay;

import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Counts the records that pass in an accumulator. */
final class CountRecords<T> extends RichMapFunction<T, T> {
  /** The accumulator of the records that are read. */
  static final String READ = "events read";

  private static final long serialVersionUID = 1L;

  private final String name;
  private final LongCounter passed = new LongCounter();

  CountRecords(String name) {
    this.name = name;
  }

  @Override
  public void open(OpenContext openContext) {
    getRuntimeContext().addAccumulator(name, passed);
  }

  @Override
  public T map(T record) {
    passed.add(1);
    return record;
  }
}
