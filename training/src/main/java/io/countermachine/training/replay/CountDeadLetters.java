package io.countermachine.training.replay;

import io.countermachine.deadletters.Reason;
import io.countermachine.job.ingest.DeadLetter;
import java.util.EnumMap;
import java.util.Map;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFilterFunction;

/** Counts dead letters in one accumulator per reason, and drops them. */
final class CountDeadLetters extends RichFilterFunction<DeadLetter> {
  private static final long serialVersionUID = 1L;
  private static final String PREFIX = "dead letters ";

  private final Map<Reason, LongCounter> byReason = new EnumMap<>(Reason.class);

  /** The name of a reason's accumulator. */
  static String accumulator(Reason reason) {
    return PREFIX + reason.label();
  }

  @Override
  public void open(OpenContext openContext) {
    for (Reason reason : Reason.values()) {
      LongCounter counter = new LongCounter();
      byReason.put(reason, counter);
      getRuntimeContext().addAccumulator(accumulator(reason), counter);
    }
  }

  @Override
  public boolean filter(DeadLetter letter) {
    byReason.get(letter.reason()).add(1);
    return false;
  }
}
