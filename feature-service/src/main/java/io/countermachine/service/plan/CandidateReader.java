package io.countermachine.service.plan;

import io.countermachine.item.KeyText;
import io.countermachine.service.problem.RequestFault;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads the field values of a context or a candidate: strings or integers, as in events. Null means
 * absent.
 */
public final class CandidateReader {
  /** The index of a context, which has none. */
  public static final int NO_INDEX = -1;

  private final CandidateFields fields;

  /** Receives fields that the catalog does not use. */
  @FunctionalInterface
  public interface Ignored {
    /**
     * Records a field.
     *
     * @param place the object that has it, such as {@code candidates[0]}
     */
    void add(String name, String place);
  }

  public CandidateReader(CandidateFields fields) {
    this.fields = fields;
  }

  /**
   * Reads the object at the parser's position.
   *
   * @param field the name of the field that holds the object, for messages
   * @param index the candidate's index, or {@link #NO_INDEX}
   * @param ignored receives the fields that the catalog does not use
   * @return the values by their index in the {@link CandidateFields}; null is absent
   * @throws RequestFault if it is not an object of such values
   */
  public String[] read(JsonParser parser, String field, int index, Ignored ignored) {
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
        throw RequestFault.bad(path, path + " appears twice");
      }
      if (place < 0) {
        passOver(parser, field, index, name, ignored);
      } else if (fields.isKey(place)) {
        values[place] = readKeyValue(parser, field, index, name);
      } else {
        values[place] = readLabel(parser, field, index, name);
      }
    }
    return values;
  }

  /**
   * Checks a text that is part of a key.
   *
   * @param place the object that has it, such as {@code candidates[0]}
   */
  public static void requireKeyText(String text, String place, String name) {
    if (text.isEmpty()) {
      String path = place + "." + name;
      throw RequestFault.bad(path, path + " is empty");
    }
    if (!KeyText.isEncodable(text)) {
      String path = place + "." + name;
      throw RequestFault.bad(path, path + " has half of a surrogate pair");
    }
  }

  /** Reads a field that is not part of a key. It may hold any scalar. */
  private static JsonToken readScalar(JsonParser parser, String field, int index, String name) {
    JsonToken token = parser.nextToken();
    if (!token.isScalarValue()) {
      String path = path(field, index) + "." + name;
      throw RequestFault.bad(path, path + " must be a string, a number, a boolean or null");
    }
    return token;
  }

  /** Reads a label: a string or an integer, as in events. Returns null for anything else. */
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
      JsonParser parser, String field, int index, String name, Ignored ignored) {
    JsonToken unused = readScalar(parser, field, index, name);
    ignored.add(name, path(field, index));
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
    requireKeyText(text, path(field, index), name);
    return text;
  }

  private static String path(String field, int index) {
    return index == NO_INDEX ? field : field + "[" + index + "]";
  }
}
