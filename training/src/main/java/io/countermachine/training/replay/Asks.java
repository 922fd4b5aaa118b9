package io.countermachine.training.replay;

import io.countermachine.item.ItemKey;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.training.Label;
import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingSpec;
import io.countermachine.training.replay.KeyedEntry.Asked;
import io.countermachine.training.replay.KeyedEntry.LabelAsked;
import java.util.List;
import java.util.function.Consumer;

/** What a request asks of which key, and where the results belong. */
final class Asks {
  private final TrainingPlan plan;
  private final TrainingSpec spec;

  Asks(TrainingPlan plan) {
    this.plan = plan;
    this.spec = plan.spec();
  }

  /**
   * The keys that a request needs.
   *
   * @throws io.countermachine.service.problem.RequestFault if a key is too long
   */
  RequestKeys keys(FeatureRequest request) {
    return new RequestKeys(request, TrainingPlan.limits());
  }

  /** The instant of the request's values: what the service would have returned just before. */
  long atMillis(FeatureRequest request) {
    return beforeMillis(request) - 1;
  }

  /** Only events before this instant count. */
  private long beforeMillis(FeatureRequest request) {
    return request.asOfMillis().orElseThrow() + (spec.atAsOf() ? 1 : 0);
  }

  /** Emits what the request asks of the keys of features and labels. */
  void of(long number, FeatureRequest request, Consumer<KeyedEntry> out) {
    RequestKeys keys = keys(request);
    long asOfMillis = request.asOfMillis().orElseThrow();
    long cutMillis = Math.max(0, beforeMillis(request) - spec.delayMillis());
    for (int key = 0; key < keys.keys().size(); key++) {
      ItemKey asked = keys.keys().get(key);
      out.accept(
          new Asked(
              number,
              key,
              plan.groupIndex(asked.group()),
              asked.key(),
              atMillis(request),
              cutMillis));
    }
    List<Label> labels = spec.labels();
    for (int candidate = 0; candidate < request.candidates().length; candidate++) {
      for (int label = 0; label < labels.size(); label++) {
        String key = labelKey(request, candidate, label);
        if (key != null) {
          out.accept(
              new LabelAsked(
                  number,
                  candidate * labels.size() + label,
                  plan.labelGroup(label),
                  key,
                  asOfMillis,
                  asOfMillis + labels.get(label).withinMillis()));
        }
      }
    }
  }

  /** The key of a label; null if the candidate lacks a field of it. */
  String labelKey(FeatureRequest request, int candidate, int label) {
    int[] fields = plan.labelFields(label);
    String[] values = new String[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = value(request, candidate, fields[i]);
      if (values[i] == null) {
        return null;
      }
    }
    String key = ItemKey.join(values);
    return ItemKey.fits(key) ? key : null;
  }

  /** A candidate's own value of a field, or the context's if it has none. */
  static String value(FeatureRequest request, int candidate, int field) {
    String own = request.candidates()[candidate][field];
    return own != null ? own : request.context(candidate)[field];
  }
}
