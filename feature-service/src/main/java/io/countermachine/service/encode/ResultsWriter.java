package io.countermachine.service.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.RequestKeys;

/**
 * Writes the values and statuses of results. The values that a key's counters give are turned into
 * text once, however many results share the key: the text of a double costs more than all else that
 * is done for it.
 */
public final class ResultsWriter {
  private static final Status[] ALL_STATUSES = Status.values();
  private static final byte[][] STATUS_NAMES = statusNames();

  private final FeatureValues features;
  private final KeyValues[] values;
  private final FeaturePlan plan;
  private final JsonBytes json;

  /** By key and slot: where its text begins, above its length in bytes; 0 where not yet written. */
  private final long[][] written;

  /**
   * @param json not to be cleared between results
   */
  public ResultsWriter(FeatureValues features, JsonBytes json) {
    this.features = features;
    this.values = features.evaluation().values();
    this.plan = features.request().plan();
    this.json = json;
    this.written = new long[values.length][];
  }

  private static byte[][] statusNames() {
    byte[][] names = new byte[ALL_STATUSES.length][];
    for (Status status : ALL_STATUSES) {
      names[status.index()] = ("\"" + status.name() + "\"").getBytes(US_ASCII);
    }
    return names;
  }

  /** Writes a result's values, with a comma between two. */
  public void writeValues(int result) {
    for (int feature = 0; feature < plan.size(); feature++) {
      if (feature > 0) {
        json.write(',');
      }
      int group = plan.groupIndex(feature);
      if (group == FeaturePlan.OF_CANDIDATE) {
        ValueJson.write(features.value(result, feature), features.object(result, feature), json);
      } else {
        writeValue(result, group, plan.slot(feature));
      }
    }
  }

  /** Writes a result's statuses, with a comma between two. */
  public void writeStatuses(int result) {
    for (int feature = 0; feature < plan.size(); feature++) {
      if (feature > 0) {
        json.write(',');
      }
      json.write(STATUS_NAMES[features.status(result, feature).index()]);
    }
  }

  private void writeValue(int result, int group, int slot) {
    int key = features.keys().number(group, result);
    if (key == RequestKeys.NO_KEY) {
      KeyValues none = features.of(result, group);
      ValueJson.write(none.value(slot), none.object(slot), json);
      return;
    }
    long[] texts = written[key];
    if (texts == null) {
      texts = new long[values[key].size()];
      written[key] = texts;
    }
    if (texts[slot] != 0) {
      json.repeat((int) (texts[slot] >>> Integer.SIZE), (int) texts[slot]);
      return;
    }
    int from = json.size();
    ValueJson.write(values[key].value(slot), values[key].object(slot), json);
    texts[slot] = ((long) from << Integer.SIZE) | (json.size() - from);
  }
}
