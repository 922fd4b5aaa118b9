package io.countermachine.service.answerlog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.encode.ResultsWriter;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import java.util.function.Consumer;

/**
 * Encodes responses as records. Each record is one line that {@code training --compare} reads: a
 * request with values and statuses. A response with several contexts gives one record per context.
 * A response with very many values gives several records with some candidates each, because brokers
 * accept records up to 1 MB. Not thread-safe.
 */
final class AnswerRecords {
  /** A value takes about 30 bytes, including its share of names, fields and statuses. */
  private static final int VALUES_PER_RECORD = 20_000;

  private static final byte[] REQUEST_ID = ascii("{\"requestId\":");
  private static final byte[] AS_OF = ascii(",\"asOf\":");
  private static final byte[] SET = ascii(",\"set\":");
  private static final byte[] VERSION = ascii(",\"version\":");
  private static final byte[] CATALOG = ascii(",\"catalog\":");
  private static final byte[] FEATURES = ascii(",\"features\":");
  private static final byte[] CONTEXT = ascii(",\"context\":");
  private static final byte[] CANDIDATES = ascii(",\"candidates\":[");
  private static final byte[] VALUES = ascii("],\"values\":[");
  private static final byte[] STATUSES = ascii("],\"statuses\":[");
  private static final byte[] END = ascii("]}");

  private final JsonBytes json = new JsonBytes();

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  /** How many records a response gives. */
  static int count(FeatureValues answer) {
    FeatureRequest request = answer.request();
    int candidates = candidatesPerRecord(request);
    return request.contexts().length
        * ((request.candidates().length + candidates - 1) / candidates);
  }

  private static int candidatesPerRecord(FeatureRequest request) {
    return Math.max(1, VALUES_PER_RECORD / request.plan().size());
  }

  /** Passes on the values of a response's records. */
  void write(String requestId, FeatureValues answer, Consumer<byte[]> out) {
    FeatureRequest request = answer.request();
    int step = candidatesPerRecord(request);
    for (int context = 0; context < request.contexts().length; context++) {
      for (int from = 0; from < request.candidates().length; from += step) {
        int to = Math.min(request.candidates().length, from + step);
        json.clear();
        writeRequest(requestId, answer, context, from, to);
        writeResults(answer, context * request.candidates().length, from, to);
        out.accept(json.toArray());
      }
    }
    json.clear();
  }

  private void writeRequest(String requestId, FeatureValues answer, int context, int from, int to) {
    FeatureRequest request = answer.request();
    FeaturePlan plan = request.plan();
    json.write(REQUEST_ID);
    json.writeText(requestId);
    json.write(AS_OF);
    json.write(answer.evaluation().asOfMillis());
    if (request.set() != null) {
      json.write(SET);
      json.writeText(request.set());
    }
    if (plan.setVersion().isPresent()) {
      json.write(VERSION);
      json.writeText(plan.setVersion().get());
    }
    json.write(CATALOG);
    json.write(plan.catalogJson());
    json.write(FEATURES);
    json.write(plan.namesJson());
    json.write(CONTEXT);
    writeFields(plan.candidateFields(), request.contexts()[context]);
    json.write(CANDIDATES);
    for (int candidate = from; candidate < to; candidate++) {
      separate(candidate > from);
      writeFields(plan.candidateFields(), request.candidates()[candidate]);
    }
  }

  private void writeFields(CandidateFields fields, String[] values) {
    json.write('{');
    for (int field = 0; field < values.length; field++) {
      if (values[field] != null) {
        json.writeName(fields.name(field));
        json.writeText(values[field]);
      }
    }
    json.write('}');
  }

  private void writeResults(FeatureValues answer, int first, int from, int to) {
    ResultsWriter results = new ResultsWriter(answer, json);
    json.write(VALUES);
    for (int candidate = from; candidate < to; candidate++) {
      separate(candidate > from);
      json.write('[');
      results.writeValues(first + candidate);
      json.write(']');
    }
    json.write(STATUSES);
    for (int candidate = from; candidate < to; candidate++) {
      separate(candidate > from);
      json.write('[');
      results.writeStatuses(first + candidate);
      json.write(']');
    }
    json.write(END);
  }

  private void separate(boolean isNext) {
    if (isNext) {
      json.write(',');
    }
  }
}
