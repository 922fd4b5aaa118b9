package io.countermachine.catalog;

import java.util.Locale;

/** Numbers of things in words. */
public final class Quantity {
  private Quantity() {}

  /** A number with its noun: {@code 1 group}, {@code 2 entries}, {@code 3 keys}. */
  public static String of(long number, String one) {
    String many =
        one.matches(".*[^aeiou]y") ? one.substring(0, one.length() - 1) + "ies" : one + "s";
    return String.format(Locale.ROOT, "%,d %s", number, number == 1 ? one : many);
  }
}
