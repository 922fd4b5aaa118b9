package io.countermachine.service.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.RequestKeys;

/**
 * Writes the values and statuses of results. The values of a key are formatted once, even if many
 * results share the key, because formatting a double costs more than everything else that is done
 * for it.
 */
public final class ResultsWriter {
  private static final Status[] ALL_STATUSES = Status.values();
  private static final byte[][] STATUS_NAMES = statusNames();

  private final FeatureValues features;
  private final KeyValues[] values;
  private final FeaturePlan plan;
  private final JsonBytes json;

  /**
   * By key and slot: the offset of its text in the upper half, its length in bytes in the lower
   * half; 0 if it is not written yet.
   */
  private final long[][] written;

  /**
   * @param json the output; the caller must not clear it between results
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

  /** Writes a result's values, separated by commas. */
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

  /** Writes a result's statuses, separated by commas. */
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
