package io.countermachine.service.access;

import java.util.Set;
import java.util.regex.Pattern;

/** Names of callers, as metrics and HTTP's Basic scheme can carry them. */
final class CallerNames {
  /** Whoever calls while access is off. */
  static final String ANONYMOUS = "anonymous";

  /** Whoever calls without a key that is known. */
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
