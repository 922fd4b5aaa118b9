package io.countermachine.local.torture;

import io.countermachine.local.cli.Usage;
import io.countermachine.local.process.Installation;
import io.countermachine.local.torture.TortureRun.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code counter-machine torture}: breaks the machine in every way there is, and says whether its
 * table is still what the events add up to.
 */
public final class Torture {
  private static final int DIFFERENT = 1;
  private static final int WRONG_USAGE = 2;
  private static final long DEFAULT_MINUTES = 20;

  static final String USAGE = Usage.of("torture");

  private Torture() {}

  /** Exits with 0 where the table is right, with 1 where it is not, and with 2 on wrong usage. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
      System.out.print(USAGE);
      return;
    }
    try {
      Options options = parse(List.of(arguments), Installation.root().resolve(".demo/torture"));
      empty(options.folder());
      System.out.printf("seed %d; logs and report in %s%n", options.seed(), options.folder());
      TortureReport report =
          options.only().equals(List.of(ManyKeysRun.NAME))
              ? ManyKeysRun.run(options.folder(), System.out::println)
              : TortureRun.run(options, System.out::println);
      System.out.println();
      System.out.print(report.text());
      System.exit(report.passed() ? 0 : DIFFERENT);
    } catch (IllegalArgumentException e) {
      System.err.println("counter-machine torture: " + e.getMessage());
      System.err.print(USAGE);
      System.exit(WRONG_USAGE);
    }
  }

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException saying which is wrong, and what would be right
   */
  static Options parse(List<String> arguments, Path folder) {
    long minutes = DEFAULT_MINUTES;
    long seed = System.nanoTime();
    List<String> only = new ArrayList<>();
    StateBackend backend = null;
    StoredFormat storedAs = null;
    for (int i = 0; i < arguments.size(); i += 2) {
      String option = arguments.get(i);
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(option + " is unknown or needs a value");
      }
      String value = arguments.get(i + 1);
      switch (option) {
        case "--minutes" -> minutes = number(option, value);
        case "--seed" -> seed = number(option, value);
        case "--only" -> only.add(fault(value));
        case "--backend" -> backend = oneOf(StateBackend.class, option, value);
        case "--stored" -> storedAs = oneOf(StoredFormat.class, option, value);
        default -> throw new IllegalArgumentException("unknown option " + option);
      }
    }
    if (minutes < 0) {
      throw new IllegalArgumentException("--minutes " + minutes + ": expected 0 or more");
    }
    if (only.contains(ManyKeysRun.NAME)
        && (only.size() > 1 || backend != null || storedAs != null)) {
      throw new IllegalArgumentException(
          "--only wide goes with no other fault, and has backends and items of its own");
    }
    return new Options(
        folder,
        seed,
        minutes,
        List.copyOf(only),
        backend == null ? StateBackend.HEAP : backend,
        storedAs == null ? StoredFormat.MIXED : storedAs);
  }

  private static String fault(String name) {
    if (!name.equals(ManyKeysRun.NAME) && !FaultCatalog.NAMES.contains(name)) {
      throw new IllegalArgumentException("no fault is named \"" + name + "\"");
    }
    return name;
  }

  private static <E extends Enum<E>> E oneOf(Class<E> choice, String option, String value) {
    List<String> names = new ArrayList<>();
    for (E each : choice.getEnumConstants()) {
      String name = each.name().toLowerCase(Locale.ROOT);
      if (name.equals(value)) {
        return each;
      }
      names.add(name);
    }
    throw new IllegalArgumentException(
        "%s %s: expected %s".formatted(option, value, String.join(" or ", names)));
  }

  private static long number(String option, String value) {
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " " + value + ": expected a whole number", e);
    }
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Files.createDirectories(folder);
  }
}
