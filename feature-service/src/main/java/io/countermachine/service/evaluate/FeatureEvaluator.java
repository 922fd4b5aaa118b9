package io.countermachine.service.evaluate;

import io.countermachine.item.StoredItem;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.PendingReads;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.StoreUnavailable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Evaluates counters: reads each key once, decays its counters to one instant and computes
 * formulas.
 */
public final class FeatureEvaluator {
  private final CounterStore store;
  private final Supplier<CountedMeasures> counted;
  private final KeyRules rules;

  /**
   * Creates an evaluator.
   *
   * @param counted the measures that the job counts, read once per evaluation
   * @param rules decide which keys are blocked
   */
  public FeatureEvaluator(CounterStore store, Supplier<CountedMeasures> counted, KeyRules rules) {
    this.store = store;
    this.counted = counted;
    this.rules = rules;
  }

  /**
   * Evaluates the counters of keys.
   *
   * @param asOfMillis the instant of all values, epoch milliseconds
   * @param clockMillis the current time, by which items expire, epoch milliseconds
   * @param deadline keys that have not been read by then count as failed
   * @param timing receives the time that the store and the decay took
   * @throws StoreUnavailable if the store failed for every key
   */
  public Evaluation evaluate(
      EvaluationKeys keys,
      long asOfMillis,
      long clockMillis,
      Deadline deadline,
      ServerTiming timing) {
    timing.begin();
    ReadResult[] results = PendingReads.read(store, keys.keys(), deadline);
    timing.storeEnds();
    CountedMeasures measures = counted.get();
    KeyValues[] values = new KeyValues[results.length];
    long now = System.nanoTime();
    long oldest = now;
    long newest = Long.MIN_VALUE;
    int failures = 0;
    int blocked = 0;
    int stale = 0;
    for (int i = 0; i < values.length; i++) {
      ReadResult result = results[i];
      if (rules.block(keys.keys().get(i), asOfMillis)) {
        blocked++;
        values[i] = keys.evaluator(i).blocked();
        continue;
      }
      if (result.failed()) {
        failures++;
        values[i] = keys.evaluator(i).failed();
        continue;
      }
      stale += result.stale() ? 1 : 0;
      oldest = result.askedAtNanos() - oldest < 0 ? result.askedAtNanos() : oldest;
      StoredItem item = result.item();
      values[i] = keys.evaluator(i).of(item, asOfMillis, clockMillis, result.stale(), measures);
      if (item != null && !item.isExpiredAt(clockMillis)) {
        newest = Math.max(newest, item.values().lastUpdateMillis());
      }
    }
    timing.decayEnds();
    if (failures > 0 && failures + blocked == results.length) {
      throw new StoreUnavailable();
    }
    return new Evaluation(
        values,
        asOfMillis,
        failures > 0,
        stale,
        newest,
        TimeUnit.NANOSECONDS.toMillis(now - oldest));
  }
}
