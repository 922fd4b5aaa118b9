package io.countermachine.bench.serving;

import io.countermachine.bench.workload.Workload;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * The options of {@code bench serving}.
 *
 * @param contenders what is measured
 * @param size the workload's
 * @param warmUpSeconds how long each round of the warm-up takes
 * @param mostWarmUps rounds after which the warm-up ends though the target still gets faster
 * @param stepSeconds how long each rate of a search is tried
 * @param mostSteps how many rates a search tries
 * @param measureSeconds how long latencies are measured
 */
public record ServingOptions(
    Set<Contender> contenders,
    Workload.Size size,
    double warmUpSeconds,
    int mostWarmUps,
    double stepSeconds,
    int mostSteps,
    double measureSeconds) {

  public static final String USAGE =
      """
      usage: counter-machine bench [serving] [options]
        --seconds N       how long latencies are measured, default 20; warm-up and search take in proportion
        --only NAMES      some of floor,obvious,off,hits80,hits99, joined by commas
        --smoke           a few seconds per contender: shows that it works, measures nothing
      """;

  private static final double USUAL_SECONDS = 20;
  private static final double MOST_SECONDS = 3_600;
  private static final int USUAL_STEPS = 14;
  private static final int MOST_WARM_UPS = 10;

  /** Wrong usage: what is wrong. */
  public static final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
      super(message);
    }
  }

  boolean isSmoke() {
    return size.equals(Workload.Size.SMOKE);
  }

  static ServingOptions smoke() {
    return new ServingOptions(EnumSet.allOf(Contender.class), Workload.Size.SMOKE, 1, 1, 0.7, 2, 1);
  }

  static ServingOptions of(Set<Contender> contenders, double seconds) {
    return new ServingOptions(
        contenders,
        Workload.Size.FULL,
        Math.max(3, seconds * 0.3),
        MOST_WARM_UPS,
        Math.max(2, seconds * 0.2),
        USUAL_STEPS,
        seconds);
  }

  public static ServingOptions parse(String... arguments) {
    Set<Contender> contenders = EnumSet.allOf(Contender.class);
    double seconds = USUAL_SECONDS;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--smoke" -> {
          if (arguments.length > 1) {
            throw new UsageException("--smoke goes alone");
          }
          return smoke();
        }
        case "--seconds" -> seconds = seconds(value(arguments, i++));
        case "--only" -> contenders = contenders(value(arguments, i++));
        default -> throw new UsageException("unknown option " + arguments[i]);
      }
    }
    return of(contenders, seconds);
  }

  private static String value(String[] arguments, int option) {
    if (option + 1 == arguments.length) {
      throw new UsageException(arguments[option] + " needs a value");
    }
    return arguments[option + 1];
  }

  private static double seconds(String text) {
    try {
      double seconds = Double.parseDouble(text);
      if (seconds >= 1 && seconds <= MOST_SECONDS) {
        return seconds;
      }
    } catch (NumberFormatException e) {
      // Told below, as the number that is out of range is.
    }
    throw new UsageException("--seconds " + text + ": expected a number from 1 to 3600");
  }

  private static Set<Contender> contenders(String names) {
    Set<Contender> contenders = EnumSet.noneOf(Contender.class);
    for (String name : names.split(",", -1)) {
      contenders.add(
          Arrays.stream(Contender.values())
              .filter(contender -> contender.name().equals(name.toUpperCase(Locale.ROOT)))
              .findFirst()
              .orElseThrow(() -> new UsageException("--only " + name + ": there is no such one")));
    }
    return contenders;
  }
}
