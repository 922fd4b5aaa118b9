package io.countermachine.json;

import java.util.regex.Pattern;

/** What a JSON parser says of malformed text, for people who did not choose the parser. */
public final class ParserMessage {
  /** Jackson's description of where it is: the source, of which it tells nothing, and a place. */
  private static final Pattern LOCATION = Pattern.compile("\\[Source: .*?; ([^;\\]]*)\\]");

  private static final Pattern TAIL = Pattern.compile("\\n *at \\[Source: .*");

  private ParserMessage() {}

  /**
   * A message without the parser's words on its source and settings: {@code (start marker at
   * [Source: REDACTED (…); line: 1, column: 1])} becomes {@code (start marker at line: 1, column:
   * 1)}, and where the parser stood at the end is left out.
   */
  public static String cleaned(String message) {
    String withoutTail = TAIL.matcher(message).replaceAll("");
    return LOCATION.matcher(withoutTail).replaceAll("$1");
  }
}
