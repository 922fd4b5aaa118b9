package io.countermachine.job.ingest;

/**
 * Reads the simplest form of a JSON object, which nearly all producers send: ASCII, texts without
 * escapes, whole numbers of few digits, nulls, no nesting. It reads these exactly as a parser
 * would. Anything else may still be valid JSON, and is left to the parser.
 */
final class PlainObjectScanner {
  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final ParsedField[] fields;
  private byte[] bytes;
  private int at;

  PlainObjectScanner(ParsedField[] fields) {
    this.fields = fields;
  }

  /** Collects the fields of an object of this form; returns false if the bytes do not have it. */
  boolean scan(byte[] object) {
    bytes = object;
    at = 0;
    if (nextToken() != '{') {
      return false;
    }
    int separator;
    do {
      at++;
      if (!scanField()) {
        return false;
      }
      separator = nextToken();
    } while (separator == ',');
    at++;
    return separator == '}' && nextToken() < 0;
  }

  /** Moves to the next byte that is not white space, and returns it; -1 at the end. */
  private int nextToken() {
    while (at < bytes.length) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        // A byte that is not ASCII is not a token.
        return b & 0xFF;
      }
      at++;
    }
    return -1;
  }

  private boolean scanField() {
    if (nextToken() != '"') {
      return false;
    }
    int nameStart = at + 1;
    int nameEnd = endOfText();
    if (nameEnd < 0 || nextToken() != ':') {
      return false;
    }
    ParsedField field = field(nameStart, nameEnd);
    at++;
    int first = nextToken();
    int start = at;
    if (first == '"') {
      int end = endOfText();
      if (end >= 0 && field != null) {
        field.notePlainText(bytes, start + 1, end);
      }
      return end >= 0;
    }
    if (first == 'n') {
      if (field != null) {
        field.clear();
      }
      return skipNull();
    }
    return scanInteger(field, first);
  }

  private ParsedField field(int start, int end) {
    for (ParsedField field : fields) {
      if (field.isNamed(bytes, start, end)) {
        return field;
      }
    }
    return null;
  }

  /**
   * Moves from an opening quote to after the closing one, and returns the position of the latter;
   * -1 if there are escapes.
   */
  private int endOfText() {
    for (int i = at + 1; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '"') {
        at = i + 1;
        return i;
      }
      if (b < ' ' || b == '\\') {
        return -1;
      }
    }
    return -1;
  }

  private boolean scanInteger(ParsedField field, int first) {
    int start = at;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    int digits = at - start;
    boolean plain =
        digits == 1 || (digits > 1 && digits <= ParsedField.SAFE_DIGITS && first != '0');
    if (plain && field != null) {
      field.notePlainInteger(bytes, start, at);
    }
    // A fraction or exponent makes the caller fail, because what follows is not a separator.
    return plain;
  }

  private boolean skipNull() {
    for (byte expected : NULL) {
      if (at == bytes.length || bytes[at] != expected) {
        return false;
      }
      at++;
    }
    return true;
  }
}
