package io.countermachine.service.web;

import io.countermachine.item.KeyText;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.plan.CandidateFields;
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

/** Reads the body of a request for features, strictly: what is wrong is told by its field. */
final class FeatureRequestReader {
  private static final String STATUSES = "statuses";
  private static final String COPY_AGE = "copyAge";
  private static final List<String> INCLUDABLE = List.of(STATUSES, COPY_AGE);
  private static final String CONTEXTS = "contexts";
  private static final int NO_INDEX = -1;

  private static final String EXPECTED_FIELDS =
      "expected set, setHash, features, context, contexts, candidates, asOf or include";

  private final JsonFactory json = new JsonFactory();
  private final LimitsProperties limits;
  private final CandidateFields fields;
  private final FeatureRequestRules rules;

  FeatureRequestReader(FeatureRequestRules rules) {
    this.rules = rules;
    this.limits = rules.limits();
    this.fields = rules.fields();
  }

  /**
   * Reads a body.
   *
   * @throws RequestFault naming the field that is wrong
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
          throw RequestFault.bad(null, "something follows the JSON object");
        }
      } catch (JacksonException e) {
        // Its message names classes and settings that are no concern of a caller's.
        throw notJson(parser, e);
      }
    }
    return rules.check(draft);
  }

  private static RequestFault notJson(JsonParser parser, JacksonException e) {
    String field = pathOf(parser.streamReadContext());
    String what =
        e instanceof StreamConstraintsException
            ? "nesting, a name or a number is longer than any that is expected"
            : "the body is not valid JSON";
    return RequestFault.bad(field, what + ", at byte " + parser.currentLocation().getByteOffset());
  }

  /** Where a parser stands, as {@code candidates[3].postId}; null for the body as a whole. */
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
    // Jackson would take a NUL here for the sign of another encoding.
    if (body.length > 1 && (body[0] == 0 || body[1] == 0)) {
      throw RequestFault.bad(null, "the body must be a JSON object in UTF-8");
    }
  }

  private void readFields(JsonParser parser, FeatureRequestDraft draft) {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (!seen.add(field)) {
        throw RequestFault.bad(field, field + " is there twice");
      }
      parser.nextToken();
      switch (field) {
        case "set" -> draft.set = readText(parser, field);
        case "setHash" -> draft.setHash = readText(parser, field);
        case "features" -> draft.features = readTexts(parser, field, limits.features());
        case "context" -> draft.context = readKeyValues(parser, field, NO_INDEX, draft);
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
      objects.add(readKeyValues(parser, field, objects.size(), draft));
      rules.requireFewObjects(field, objects.size());
    }
    return objects;
  }

  /**
   * Field values are strings or integers, as in events; null is the same as absent.
   *
   * @param index which candidate it is, or {@link #NO_INDEX}
   */
  private String[] readKeyValues(
      JsonParser parser, String field, int index, FeatureRequestDraft draft) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      String path = path(field, index);
      throw RequestFault.bad(path, path + " must be an object of key fields");
    }
    String[] values = new String[fields.size()];
    boolean[] seen = new boolean[values.length];
    Set<String> others = null;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      int place = fields.index(name);
      boolean twice;
      if (place >= 0) {
        twice = seen[place];
        seen[place] = true;
      } else {
        others = others == null ? new HashSet<>() : others;
        twice = !others.add(name);
      }
      if (twice) {
        String path = path(field, index) + "." + name;
        throw RequestFault.bad(path, path + " is there twice");
      }
      if (place < 0) {
        passOver(parser, field, index, name, draft);
      } else if (fields.isKey(place)) {
        values[place] = readKeyValue(parser, field, index, name);
      } else {
        values[place] = readLabel(parser, field, index, name);
      }
    }
    return values;
  }

  /** A field that makes no key may hold any scalar. */
  private static JsonToken readScalar(JsonParser parser, String field, int index, String name) {
    JsonToken token = parser.nextToken();
    if (!token.isScalarValue()) {
      String path = path(field, index) + "." + name;
      throw RequestFault.bad(path, path + " must be a string, a number, a boolean or null");
    }
    return token;
  }

  /** A label, of which there are strings and integers, as of events; null for anything else. */
  private static String readLabel(JsonParser parser, String field, int index, String name) {
    JsonToken token = readScalar(parser, field, index, name);
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return KeyText.ofInteger(parser.getString());
    }
    return token == JsonToken.VALUE_STRING && !parser.getString().isEmpty()
        ? parser.getString()
        : null;
  }

  private static void passOver(
      JsonParser parser, String field, int index, String name, FeatureRequestDraft draft) {
    JsonToken unused = readScalar(parser, field, index, name);
    draft.ignore(name, path(field, index));
  }

  private static String readKeyValue(JsonParser parser, String field, int index, String name) {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.VALUE_NULL) {
      return null;
    }
    if (token == JsonToken.VALUE_NUMBER_INT) {
      return KeyText.ofInteger(parser.getString());
    }
    if (token != JsonToken.VALUE_STRING) {
      String path = path(field, index) + "." + name;
      throw RequestFault.bad(path, path + " must be a string or an integer");
    }
    String text = parser.getString();
    FeatureRequestRules.requireKeyText(text, path(field, index), name);
    return text;
  }

  private static String path(String field, int index) {
    return index == NO_INDEX ? field : FeatureRequestRules.path(field, index);
  }
}
