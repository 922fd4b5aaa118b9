package io.countermachine.bench;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the values of options; what is wrong with one is a {@link UsageException}. */
public final class OptionValues {
  private OptionValues() {}

  /** The value behind an option. */
  public static String after(String[] arguments, int option) {
    if (option + 1 == arguments.length) {
      throw new UsageException(arguments[option] + " needs a value, or is unknown");
    }
    return arguments[option + 1];
  }

  /**
   * Refuses options that another one would leave without effect.
   *
   * @param option the other one; nothing is refused where it was not given
   * @param given all that were given
   * @param companions what may stand beside it
   */
  public static void requireAlone(String option, Set<String> given, List<String> companions) {
    List<String> strangers =
        given.stream().filter(one -> !one.equals(option) && !companions.contains(one)).toList();
    if (given.contains(option) && !strangers.isEmpty()) {
      throw new UsageException(
          "%s cannot be combined with %s; %s"
              .formatted(
                  option,
                  String.join(", ", strangers),
                  companions.isEmpty()
                      ? "it goes alone"
                      : "beside it go only " + String.join(" and ", companions)));
    }
  }

  /** A number within bounds. */
  public static double number(String option, String text, double least, double most) {
    try {
      double number = Double.parseDouble(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as the number that is out of range is.
    }
    throw new UsageException(
        "%s %s: expected a number from %.0f to %.0f".formatted(option, text, least, most));
  }

  /** Flags for another program, divided by white space; there may be none. */
  public static List<String> flags(String text) {
    return text.isBlank() ? List.of() : List.of(text.trim().split("\\s+"));
  }

  /**
   * Constants of an enum by their names in lower case, joined by commas.
   *
   * @throws UsageException where there is no such one
   */
  public static <E extends Enum<E>> Set<E> names(String option, String text, Class<E> type) {
    Set<E> found = EnumSet.noneOf(type);
    for (String name : text.split(",", -1)) {
      found.add(
          Arrays.stream(type.getEnumConstants())
              .filter(one -> one.name().equals(name.toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(() -> unknown(option, name, type)));
    }
    return found;
  }

  private static <E extends Enum<E>> UsageException unknown(
      String option, String name, Class<E> type) {
    String names =
        Arrays.stream(type.getEnumConstants())
            .map(one -> one.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(","));
    return new UsageException(
        "%s %s: expected some of %s, joined by commas".formatted(option, name, names));
  }
}
