package io.countermachine.json;

import java.util.regex.Pattern;

/** The messages of a JSON parser about malformed text, for people who do not know the parser. */
public final class ParserMessage {
  /** Jackson's description of the location: the source, whose content it hides, and a position. */
  private static final Pattern LOCATION = Pattern.compile("\\[Source: .*?; ([^;\\]]*)\\]");

  private static final Pattern TAIL = Pattern.compile("\\n *at \\[Source: .*");

  private ParserMessage() {}

  /**
   * A message without the parser's details about its source and settings: {@code (start marker at
   * [Source: REDACTED (…); line: 1, column: 1])} becomes {@code (start marker at line: 1, column:
   * 1)}, and the parser's final position is removed.
   */
  public static String cleaned(String message) {
    String withoutTail = TAIL.matcher(message).replaceAll("");
    return LOCATION.matcher(withoutTail).replaceAll("$1");
  }
}
