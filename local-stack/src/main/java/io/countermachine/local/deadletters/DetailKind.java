package io.countermachine.local.deadletters;

import java.util.regex.Pattern;

/**
 * Groups details of dead letters that differ only in values: it removes quoted texts, settings and
 * numbers.
 */
final class DetailKind {
  private static final Pattern QUOTED = Pattern.compile("\"[^\"]*\"");
  private static final Pattern CHARACTERS = Pattern.compile("'[^']*'");
  private static final Pattern SETTING = Pattern.compile("\\{[^}]*}");

  /** Matches numbers, but not digits within a word such as {@code iso8601}. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?<![\\p{L}\\p{N}_])-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?…?(?![\\p{L}\\p{N}_])");

  private DetailKind() {}

  static String of(String detail) {
    String kind = QUOTED.matcher(detail).replaceAll("\"…\"");
    kind = CHARACTERS.matcher(kind).replaceAll("'…'");
    kind = SETTING.matcher(kind).replaceAll("{…}");
    return NUMBER.matcher(kind).replaceAll("N");
  }
}
