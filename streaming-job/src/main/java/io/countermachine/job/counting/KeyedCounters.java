package io.countermachine.job.counting;

import io.countermachine.measure.Counters;
import org.apache.flink.api.java.tuple.Tuple2;

/** Counters of one key, summed over some of its events. A tuple, so that Flink can serialize it. */
public final class KeyedCounters extends Tuple2<String, Counters> {
  private static final long serialVersionUID = 1L;

  /** For Flink, which creates a tuple before it reads its fields. */
  public KeyedCounters() {}

  public KeyedCounters(String key, Counters counters) {
    super(key, counters);
  }

  /** The joined key within the counters' group. */
  public String key() {
    return f0;
  }

  public Counters counters() {
    return f1;
  }
}
