package io.countermachine.service.evaluate;

import io.countermachine.item.ItemKey;
import java.util.List;

/** The keys to evaluate. */
public interface EvaluationKeys {
  /** Distinct keys. A key's number is its index here. */
  List<ItemKey> keys();

  /** The evaluator that turns the counters of a key into values. */
  GroupEvaluator evaluator(int key);
}
