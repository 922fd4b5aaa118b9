package io.countermachine.service.encode;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.plan.AnswerWarnings;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import java.util.List;

/** Writes a response as JSON. */
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

  private final FeatureValues features;
  private final Evaluation evaluation;
  private final FeaturePlan plan;
  private final JsonBytes json;
  private final ResultsWriter results;

  private FeatureResponseWriter(FeatureValues features, JsonBytes json) {
    this.features = features;
    this.evaluation = features.evaluation();
    this.plan = features.request().plan();
    this.json = json;
    this.results = new ResultsWriter(features, json);
  }

  /** Replaces the content of the buffer with a response. */
  public static void write(FeatureValues features, JsonBytes json) {
    json.clear();
    new FeatureResponseWriter(features, json).write();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
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
    results.writeValues(result);
    if (includeStatuses) {
      json.write(STATUSES);
      results.writeStatuses(result);
    }
    json.write(END_OF_RESULT);
  }
}
