package io.countermachine.service.web;

import io.countermachine.service.plan.AsOf;
import io.countermachine.service.plan.CandidateReader;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.RequestFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamContext;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;

/** Parses the body of a request for features, strictly. Faults name the wrong field. */
final class FeatureRequestReader {
  private static final String STATUSES = "statuses";
  private static final String COPY_AGE = "copyAge";
  private static final List<String> INCLUDABLE = List.of(STATUSES, COPY_AGE);
  private static final String CONTEXTS = "contexts";

  private static final String EXPECTED_FIELDS =
      "expected set, setHash, features, context, contexts, candidates, asOf or include";

  private final JsonFactory json = new JsonFactory();
  private final LimitsProperties limits;
  private final CandidateReader values;
  private final FeatureRequestRules rules;

  FeatureRequestReader(FeatureRequestRules rules) {
    this.rules = rules;
    this.limits = rules.limits();
    this.values = new CandidateReader(rules.fields());
  }

  /**
   * Parses a body.
   *
   * @throws RequestFault naming the wrong field
   */
  FeatureRequest read(byte[] body) {
    requireUtf8(body);
    FeatureRequestDraft draft = new FeatureRequestDraft();
    try (JsonParser parser = json.createParser(ObjectReadContext.empty(), body)) {
      try {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
          throw RequestFault.bad(null, "the body must be a JSON object");
        }
        readFields(parser, draft);
        if (parser.nextToken() != null) {
          throw RequestFault.bad(null, "there is text after the JSON object");
        }
      } catch (JacksonException e) {
        // Jackson's message names classes and settings that do not concern a caller.
        throw notJson(parser, e);
      }
    }
    return rules.check(draft);
  }

  private static RequestFault notJson(JsonParser parser, JacksonException e) {
    String field = pathOf(parser.streamReadContext());
    String what =
        e instanceof StreamConstraintsException
            ? "the JSON is nested too deeply, or has a name or number that is too long"
            : "the body is not valid JSON";
    return RequestFault.bad(field, what + ", at byte " + parser.currentLocation().getByteOffset());
  }

  /** The parser's position, such as {@code candidates[3].postId}; null for the whole body. */
  private static String pathOf(TokenStreamContext context) {
    if (context == null || context.inRoot()) {
      return null;
    }
    String outer = pathOf(context.getParent());
    if (context.inArray()) {
      return context.hasCurrentIndex() ? outer + "[" + context.getCurrentIndex() + "]" : outer;
    }
    if (!context.hasCurrentName()) {
      return outer;
    }
    return outer == null ? context.currentName() : outer + "." + context.currentName();
  }

  private static void requireUtf8(byte[] body) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
    } catch (CharacterCodingException e) {
      throw RequestFault.bad(null, "the body is not UTF-8");
    }
    // Jackson would interpret a NUL here as another encoding.
    if (body.length > 1 && (body[0] == 0 || body[1] == 0)) {
      throw RequestFault.bad(null, "the body must be a JSON object in UTF-8");
    }
  }

  private void readFields(JsonParser parser, FeatureRequestDraft draft) {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (!seen.add(field)) {
        throw RequestFault.bad(field, field + " appears twice");
      }
      parser.nextToken();
      switch (field) {
        case "set" -> draft.set = readText(parser, field);
        case "setHash" -> draft.setHash = readText(parser, field);
        case "features" -> draft.features = readTexts(parser, field, limits.features());
        case "context" ->
            draft.context = values.read(parser, field, CandidateReader.NO_INDEX, draft::ignore);
        case CONTEXTS -> draft.contexts = readObjects(parser, field, draft);
        case "candidates" -> draft.candidates = readObjects(parser, field, draft);
        case "asOf" -> draft.asOfMillis = OptionalLong.of(readAsOf(parser));
        case "include" -> readInclude(parser, draft);
        default -> throw RequestFault.bad(field, "unknown field " + field + "; " + EXPECTED_FIELDS);
      }
    }
  }

  private static String readText(JsonParser parser, String field) {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw RequestFault.bad(field, field + " must be a string");
    }
    return parser.getString();
  }

  private static List<String> readTexts(JsonParser parser, String field, int most) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFault.bad(field, field + " must be a list of strings");
    }
    List<String> texts = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      texts.add(readText(parser, field + "[" + texts.size() + "]"));
      if (texts.size() > most) {
        throw RequestFault.bad(field, "%s lists more than %d".formatted(field, most));
      }
    }
    if (texts.isEmpty()) {
      throw RequestFault.bad(field, field + " is empty");
    }
    return texts;
  }

  private static long readAsOf(JsonParser parser) {
    return AsOf.parse(
        parser.currentToken() == JsonToken.VALUE_NUMBER_INT ? parser.getString() : "");
  }

  private static void readInclude(JsonParser parser, FeatureRequestDraft draft) {
    List<String> include = readTexts(parser, "include", 1_000);
    for (int i = 0; i < include.size(); i++) {
      switch (include.get(i)) {
        case STATUSES -> draft.includeStatuses = true;
        case COPY_AGE -> draft.includeCopyAge = true;
        default ->
            throw RequestFault.bad(
                "include[" + i + "]",
                "unknown \"" + include.get(i) + "\"; expected " + String.join(" or ", INCLUDABLE));
      }
    }
  }

  private List<String[]> readObjects(JsonParser parser, String field, FeatureRequestDraft draft) {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFault.bad(field, field + " must be a list of objects");
    }
    List<String[]> objects = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      objects.add(values.read(parser, field, objects.size(), draft::ignore));
      rules.requireFewObjects(field, objects.size());
    }
    return objects;
  }
}
