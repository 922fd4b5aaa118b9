package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.KeyText;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.RequestFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final int NO_INDEX = -1;

  /** How many ignored fields are kept for warnings, and how long their names are at most. */
  private static final int MOST_IGNORED = 32;

  private static final int LONGEST_IGNORED = 100;
  private static final String EXPECTED_FIELDS =
      "expected set, features, context, candidates, asOf or include";

  private final JsonFactory json = new JsonFactory();
  private final LimitsProperties limits;
  private final CandidateFields fields;
  private final FeaturePlans plans;

  FeatureRequestReader(Catalog catalog, LimitsProperties limits) {
    this.limits = limits;
    this.fields = new CandidateFields(catalog);
    this.plans = new FeaturePlans(catalog, fields);
  }

  /** What was read so far of a body. */
  private static final class Draft {
    private String set;
    private List<String> features;
    private String[] context;
    private List<String[]> candidates;
    private final Map<String, String> ignored = new LinkedHashMap<>();
    private OptionalLong asOfMillis = OptionalLong.empty();
    private List<String> include = List.of();
  }

  /**
   * Reads a body.
   *
   * @throws RequestFault naming the field that is wrong
   */
  FeatureRequest read(byte[] body) {
    requireUtf8(body);
    Draft draft = new Draft();
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
    return check(draft);
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

  private void readFields(JsonParser parser, Draft draft) {
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String field = parser.currentName();
      if (!seen.add(field)) {
        throw RequestFault.bad(field, field + " is there twice");
      }
      parser.nextToken();
      switch (field) {
        case "set" -> draft.set = readText(parser, field);
        case "features" -> draft.features = readTexts(parser, field, limits.features());
        case "context" -> draft.context = readKeyValues(parser, field, NO_INDEX, draft);
        case "candidates" -> draft.candidates = readCandidates(parser, draft);
        case "asOf" -> draft.asOfMillis = OptionalLong.of(readAsOf(parser));
        case "include" -> draft.include = readInclude(parser);
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

  private static List<String> readInclude(JsonParser parser) {
    List<String> include = readTexts(parser, "include", 1_000);
    for (int i = 0; i < include.size(); i++) {
      if (!INCLUDABLE.contains(include.get(i))) {
        throw RequestFault.bad(
            "include[" + i + "]",
            "unknown \"" + include.get(i) + "\"; expected " + String.join(" or ", INCLUDABLE));
      }
    }
    return include;
  }

  private List<String[]> readCandidates(JsonParser parser, Draft draft) {
    String field = "candidates";
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFault.bad(field, "candidates must be a list of objects");
    }
    List<String[]> candidates = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      candidates.add(readKeyValues(parser, field, candidates.size(), draft));
      if (candidates.size() > limits.candidates()) {
        throw RequestFault.bad(
            field, "there are more than %d candidates".formatted(limits.candidates()));
      }
    }
    return candidates;
  }

  /**
   * Field values are strings or integers, as in events; null is the same as absent.
   *
   * @param index which candidate it is, or {@link #NO_INDEX}
   */
  private String[] readKeyValues(JsonParser parser, String field, int index, Draft draft) {
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
      JsonParser parser, String field, int index, String name, Draft draft) {
    JsonToken unused = readScalar(parser, field, index, name);
    if (draft.ignored.size() < MOST_IGNORED
        && !draft.ignored.containsKey(name)
        && name.length() <= LONGEST_IGNORED) {
      draft.ignored.put(name, path(field, index) + "." + name);
    }
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
    if (text.isEmpty()) {
      String path = path(field, index) + "." + name;
      throw RequestFault.bad(path, path + " is empty");
    }
    if (!KeyText.isEncodable(text)) {
      String path = path(field, index) + "." + name;
      throw RequestFault.bad(path, path + " has half of a surrogate pair");
    }
    return text;
  }

  private static String path(String field, int index) {
    return index == NO_INDEX ? field : field + "[" + index + "]";
  }

  private FeatureRequest check(Draft draft) {
    if ((draft.set == null) == (draft.features == null)) {
      String how =
          draft.set == null
              ? "neither set nor features is there"
              : "both set and features are there";
      throw RequestFault.bad(
          draft.set == null ? "set" : "features", how + "; expected one of them");
    }
    if (draft.candidates == null) {
      throw RequestFault.bad("candidates", "candidates is missing");
    }
    if (draft.candidates.isEmpty()) {
      throw RequestFault.bad("candidates", "candidates is empty");
    }
    FeaturePlan plan = draft.set != null ? plans.ofSet(draft.set) : plans.ofNames(draft.features);
    requireFits(plan.size(), draft);
    return new FeatureRequest(
        plan,
        draft.set,
        draft.context != null ? draft.context : new String[fields.size()],
        draft.candidates.toArray(String[][]::new),
        draft.ignored,
        draft.asOfMillis,
        draft.include.contains(STATUSES),
        draft.include.contains(COPY_AGE));
  }

  /** A small request can ask for a large answer, which its own size does not bound. */
  private void requireFits(int features, Draft draft) {
    int candidates = draft.candidates.size();
    if ((long) features * candidates <= limits.values()) {
      return;
    }
    int fitting = limits.values() / features;
    throw RequestFault.bad(
        fitting > 0 ? "candidates" : draft.set != null ? "set" : "features",
        "%d candidates x %d features are %d values; an answer has at most %d, which is %s"
            .formatted(
                candidates,
                features,
                (long) features * candidates,
                limits.values(),
                fitting > 0
                    ? "%d candidates of these features".formatted(fitting)
                    : "%d features of one candidate".formatted(limits.values())));
  }
}
