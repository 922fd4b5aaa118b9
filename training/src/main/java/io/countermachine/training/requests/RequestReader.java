package io.countermachine.training.requests;

import io.countermachine.catalog.Timestamps;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.CandidateReader;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.problem.RequestFault;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads a line of a file of requests. It is an object with {@code candidates} and optionally a
 * {@code context}, like a call to the service, or one flat row whose fields belong to the only
 * candidate. Fields that the catalog does not use are ignored.
 */
public final class RequestReader {
  private static final String AS_OF = "asOf";
  private static final String CONTEXT = "context";
  private static final String CANDIDATES = "candidates";
  private static final String ROW = "row";

  private final JsonFactory json = new JsonFactory();
  private final CandidateFields fields;
  private final CandidateReader values;
  private final FeaturePlan plan;
  private final String timeField;
  private final Timestamps.Unit unit;

  /**
   * Creates a reader.
   *
   * @param plan the features of each request
   * @param timeField the field with the instant, in the unit; null for {@code asOf}, in epoch
   *     milliseconds
   */
  public RequestReader(
      CandidateFields fields, FeaturePlan plan, String timeField, Timestamps.Unit unit) {
    this.fields = fields;
    this.values = new CandidateReader(fields);
    this.plan = plan;
    this.timeField = timeField;
    this.unit = unit;
  }

  private static final class Draft {
    private OptionalLong asOfMillis = OptionalLong.empty();
    private String[] context;
    private List<String[]> candidates;
  }

  /**
   * Reads a line.
   *
   * @throws RequestFault with the fault
   */
  public FeatureRequest read(byte[] line) {
    Draft draft = new Draft();
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line)) {
      requireObject(parser);
      readFields(parser, draft);
      if (parser.nextToken() != null) {
        throw RequestFault.bad(null, "there is text after the JSON object");
      }
    } catch (JacksonException e) {
      throw RequestFault.bad(null, "no valid JSON");
    }
    if (draft.asOfMillis.isEmpty()) {
      throw RequestFault.bad(
          timeName(),
          timeField == null
              ? "asOf (epoch milliseconds) is missing; --time-field names another field"
              : timeField + " is missing, which --time-field names");
    }
    if (draft.candidates == null) {
      draft.candidates = List.<String[]>of(readRow(line));
    }
    return new FeatureRequest(
        plan,
        null,
        new String[][] {draft.context != null ? draft.context : new String[fields.size()]},
        false,
        draft.candidates.toArray(String[][]::new),
        Map.of(),
        draft.asOfMillis,
        true,
        false);
  }

  /** Files contain more fields than calls to the service, so these are ignored. */
  private static void ignore(String name, String place) {}

  private String timeName() {
    return timeField == null ? AS_OF : timeField;
  }

  private static void requireObject(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw RequestFault.bad(null, "expected a JSON object");
    }
  }

  private void readFields(JsonParser parser, Draft draft) {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      parser.nextToken();
      if (field.equals(timeName())) {
        draft.asOfMillis = OptionalLong.of(readInstant(parser));
      } else if (field.equals(CONTEXT)) {
        draft.context =
            values.read(parser, CONTEXT, CandidateReader.NO_INDEX, RequestReader::ignore);
      } else if (field.equals(CANDIDATES)) {
        draft.candidates = readCandidates(parser);
      } else {
        parser.skipChildren();
      }
    }
  }

  private List<String[]> readCandidates(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFault.bad(CANDIDATES, "candidates must be a list of objects");
    }
    List<String[]> candidates = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      candidates.add(values.read(parser, CANDIDATES, candidates.size(), RequestReader::ignore));
    }
    if (candidates.isEmpty()) {
      throw RequestFault.bad(CANDIDATES, "candidates is empty");
    }
    return candidates;
  }

  private String[] readRow(byte[] line) {
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), line)) {
      requireObject(parser);
      return values.read(parser, ROW, CandidateReader.NO_INDEX, RequestReader::ignore);
    }
  }

  private long readInstant(JsonParser parser) {
    if (timeField == null) {
      return AsOf.parse(
          parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getString() : "");
    }
    if (parser.currentToken() == JsonToken.VALUE_STRING) {
      return readText(parser.getString());
    }
    if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT || unit == Timestamps.Unit.ISO8601) {
      throw wrongInstant();
    }
    String digits = parser.getString();
    long millis = digits.length() <= 15 ? Long.parseLong(digits) * unit.millis() : -1;
    if (millis < 0 || millis > AsOf.LATEST_MILLIS) {
      throw wrongInstant();
    }
    return millis;
  }

  private long readText(String text) {
    try {
      return OffsetDateTime.parse(text.replace(' ', 'T')).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      throw wrongInstant();
    }
  }

  private RequestFault wrongInstant() {
    return RequestFault.bad(
        timeField,
        "%s must be an instant: %sa text such as \"2024-02-10T22:53:19Z\""
            .formatted(
                timeField,
                unit == Timestamps.Unit.ISO8601
                    ? ""
                    : "a whole number of %s since 1970, or ".formatted(unit.label())));
  }
}
