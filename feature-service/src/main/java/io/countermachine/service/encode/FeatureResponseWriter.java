package io.countermachine.service.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.plan.AnswerWarnings;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.RequestKeys;
import java.util.List;

/**
 * Writes an answer. The values that a key's counters give are turned into text once, however many
 * results share the key: the text of a double costs more than all else that is done for it.
 */
public final class FeatureResponseWriter {
  private static final byte[] METADATA = ascii("{\"metadata\":{\"asOf\":");
  private static final byte[] FEATURES = ascii(",\"features\":");
  private static final byte[] PARTIAL = ascii(",\"partial\":true");
  private static final byte[] COMPLETE = ascii(",\"partial\":false");
  private static final byte[] COPY_AGE = ascii(",\"oldestCopyAgeMillis\":");
  private static final byte[] CATALOG = ascii(",\"catalog\":");
  private static final byte[] CONTEXTS = ascii(",\"contexts\":");
  private static final byte[] WARNINGS = ascii(",\"warnings\":[");
  private static final byte[] RESULTS = ascii("},\"results\":[");
  private static final byte[] VALUES = ascii("{\"values\":[");
  private static final byte[] STATUSES = ascii("],\"statuses\":[");
  private static final byte[] END_OF_RESULT = ascii("]}");
  private static final byte[] END = ascii("]}");
  private static final Status[] ALL_STATUSES = Status.values();
  private static final byte[][] STATUS_NAMES = statusNames();

  private final FeatureValues features;
  private final Evaluation evaluation;
  private final FeaturePlan plan;
  private final JsonBytes json;

  /** By key and slot: where its text begins, above its length in bytes; 0 where not yet written. */
  private final long[][] written;

  private FeatureResponseWriter(FeatureValues features, JsonBytes json) {
    this.features = features;
    this.evaluation = features.evaluation();
    this.plan = features.request().plan();
    this.json = json;
    this.written = new long[evaluation.values().length][];
  }

  /** Writes an answer in place of what the bytes held. */
  public static void write(FeatureValues features, JsonBytes json) {
    json.clear();
    new FeatureResponseWriter(features, json).write();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  private static byte[][] statusNames() {
    byte[][] names = new byte[ALL_STATUSES.length][];
    for (Status status : ALL_STATUSES) {
      names[status.index()] = ascii("\"" + status.name() + "\"");
    }
    return names;
  }

  private void write() {
    FeatureRequest request = features.request();
    json.write(METADATA);
    json.write(evaluation.asOfMillis());
    json.write(FEATURES);
    json.write(plan.namesJson());
    json.write(evaluation.partial() ? PARTIAL : COMPLETE);
    if (request.includeCopyAge()) {
      json.write(COPY_AGE);
      json.write(evaluation.oldestCopyMillis());
    }
    json.write(CATALOG);
    json.write(plan.catalogJson());
    if (request.listsContexts()) {
      json.write(CONTEXTS);
      json.write((long) request.contexts().length);
    }
    writeWarnings();
    json.write(RESULTS);
    for (int result = 0; result < request.results(); result++) {
      if (result > 0) {
        json.write(',');
      }
      writeResult(result, request.includeStatuses());
    }
    json.write(END);
  }

  private void writeWarnings() {
    List<String> warnings = AnswerWarnings.of(features);
    if (warnings.isEmpty()) {
      return;
    }
    json.write(WARNINGS);
    for (int i = 0; i < warnings.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      json.writeText(warnings.get(i));
    }
    json.write(']');
  }

  private void writeResult(int result, boolean includeStatuses) {
    json.write(VALUES);
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
    if (includeStatuses) {
      json.write(STATUSES);
      for (int feature = 0; feature < plan.size(); feature++) {
        if (feature > 0) {
          json.write(',');
        }
        json.write(STATUS_NAMES[features.status(result, feature).index()]);
      }
    }
    json.write(END_OF_RESULT);
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
      texts = new long[evaluation.values()[key].size()];
      written[key] = texts;
    }
    if (texts[slot] != 0) {
      json.repeat((int) (texts[slot] >>> Integer.SIZE), (int) texts[slot]);
      return;
    }
    int from = json.size();
    KeyValues values = evaluation.values()[key];
    ValueJson.write(values.value(slot), values.object(slot), json);
    texts[slot] = ((long) from << Integer.SIZE) | (json.size() - from);
  }
}
