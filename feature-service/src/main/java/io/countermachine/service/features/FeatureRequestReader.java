package io.countermachine.service.features;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureNames;
import io.countermachine.catalog.Group;
import io.countermachine.service.problem.RequestFault;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads the body of a request for features, strictly: what is wrong is told by its field. */
final class FeatureRequestReader {
  private static final String STATUSES = "statuses";
  private static final String EXPECTED_FIELDS =
      "expected set, features, context, candidates, asOf or include";

  private final JsonFactory json = new JsonFactory();
  private final Catalog catalog;
  private final LimitsProperties limits;
  private final Set<String> keyFields = new HashSet<>();

  FeatureRequestReader(Catalog catalog, LimitsProperties limits) {
    this.catalog = catalog;
    this.limits = limits;
    for (Group group : catalog.groups()) {
      keyFields.addAll(group.keyFields());
    }
  }

  /** What was read so far of a body. */
  private static final class Draft {
    private String set;
    private List<String> features;
    private Map<String, String> context = Map.of();
    private List<Map<String, String>> candidates;
    private OptionalLong asOfMillis = OptionalLong.empty();
    private boolean includeStatuses;
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
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw RequestFault.bad(null, "the body must be a JSON object");
      }
      readFields(parser, draft);
      if (parser.nextToken() != null) {
        throw RequestFault.bad(null, "something follows the JSON object");
      }
    } catch (JacksonException e) {
      throw RequestFault.bad(null, "the body is not valid JSON: " + e.getOriginalMessage());
    }
    return check(draft);
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
        case "context" -> draft.context = readKeyValues(parser, field);
        case "candidates" -> draft.candidates = readCandidates(parser);
        case "asOf" -> draft.asOfMillis = OptionalLong.of(readAsOf(parser));
        case "include" -> draft.includeStatuses = readInclude(parser);
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

  private static boolean readInclude(JsonParser parser) {
    List<String> include = readTexts(parser, "include", 1_000);
    for (int i = 0; i < include.size(); i++) {
      if (!include.get(i).equals(STATUSES)) {
        throw RequestFault.bad(
            "include[" + i + "]", "unknown \"" + include.get(i) + "\"; expected " + STATUSES);
      }
    }
    return true;
  }

  private List<Map<String, String>> readCandidates(JsonParser parser) {
    String field = "candidates";
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw RequestFault.bad(field, "candidates must be a list of objects");
    }
    List<Map<String, String>> candidates = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      candidates.add(readKeyValues(parser, field + "[" + candidates.size() + "]"));
      if (candidates.size() > limits.candidates()) {
        throw RequestFault.bad(
            field, "there are more than %d candidates".formatted(limits.candidates()));
      }
    }
    return candidates;
  }

  /** Field values are strings or integers, as in events; null is the same as absent. */
  private Map<String, String> readKeyValues(JsonParser parser, String field) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw RequestFault.bad(field, field + " must be an object of key fields");
    }
    Map<String, String> values = new HashMap<>();
    Set<String> seen = new HashSet<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String path = field + "." + name;
      if (!seen.add(name)) {
        throw RequestFault.bad(path, path + " is there twice");
      }
      JsonToken token = parser.nextToken();
      if (token == JsonToken.VALUE_STRING) {
        String text = parser.getString();
        if (keyFields.contains(name)) {
          requireKeyText(text, path);
          values.put(name, text);
        }
      } else if (token == JsonToken.VALUE_NUMBER_INT) {
        String text = parser.getString();
        values.put(name, text.equals("-0") ? "0" : text);
      } else if (token != JsonToken.VALUE_NULL) {
        throw RequestFault.bad(path, path + " must be a string or an integer");
      }
    }
    return values;
  }

  private static void requireKeyText(String text, String path) {
    if (text.isEmpty()) {
      throw RequestFault.bad(path, path + " is empty");
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw RequestFault.bad(path, path + " has half of a surrogate pair");
    }
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
    return new FeatureRequest(
        draft.set != null ? featuresOf(draft.set) : featuresOf(draft.features),
        draft.context,
        draft.candidates,
        draft.asOfMillis,
        draft.includeStatuses);
  }

  private List<Feature> featuresOf(String set) {
    List<Feature> features = catalog.sets().get(set);
    if (features == null) {
      throw RequestFault.bad(
          "set", "unknown set \"%s\"; known are %s".formatted(set, catalog.sets().keySet()));
    }
    return features;
  }

  private List<Feature> featuresOf(List<String> names) {
    List<Feature> features = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String field = "features[" + i + "]";
      features.add(
          catalog
              .feature(name)
              .orElseThrow(
                  () ->
                      RequestFault.bad(
                          field,
                          "unknown feature \"%s\"; %s"
                              .formatted(name, FeatureNames.whatIsUnknown(name, catalog)))));
    }
    return features;
  }
}
