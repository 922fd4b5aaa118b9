package io.countermachine.service.evaluate;

import io.countermachine.item.ItemKey;
import java.util.List;

/** The keys whose counters are evaluated. */
public interface EvaluationKeys {
  /** Distinct keys, numbered by their place. */
  List<ItemKey> keys();

  /** What turns the counters of a key into values. */
  GroupEvaluator evaluator(int key);
}
