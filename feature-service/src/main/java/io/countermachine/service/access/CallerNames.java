package io.countermachine.service.access;

import java.util.Set;
import java.util.regex.Pattern;

/** Valid names of callers: those that metrics and HTTP's Basic scheme can carry. */
final class CallerNames {
  /** The caller's name if access is off. */
  static final String ANONYMOUS = "anonymous";

  /** The caller's name if the key is missing or unknown. */
  static final String UNKNOWN = "unknown";

  static final String EXPECTED =
      "expected up to 64 letters, digits, dots, dashes and underscores, and neither "
          + ANONYMOUS
          + " nor "
          + UNKNOWN;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final Set<String> RESERVED = Set.of(ANONYMOUS, UNKNOWN);

  private CallerNames() {}

  static boolean isValid(String name) {
    return NAME.matcher(name).matches() && !RESERVED.contains(name);
  }
}
