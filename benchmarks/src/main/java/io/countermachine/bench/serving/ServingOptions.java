package io.countermachine.bench.serving;

import io.countermachine.bench.OptionValues;
import io.countermachine.bench.UsageException;
import io.countermachine.bench.workload.Workload;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
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
 * @param rate requests a second at which the service is measured in place of a search; 0 for a
 *     search
 * @param serviceFlags more flags for the service's JVM, and more settings of the service
 */
public record ServingOptions(
    Set<Contender> contenders,
    Workload.Size size,
    double warmUpSeconds,
    int mostWarmUps,
    double stepSeconds,
    int mostSteps,
    double measureSeconds,
    double rate,
    List<String> serviceFlags) {

  private static final String SMOKE = "--smoke";
  private static final double USUAL_SECONDS = 20;
  private static final double MOST_SECONDS = 3_600;
  private static final double MOST_RATE = 1_000_000;
  private static final int USUAL_STEPS = 14;
  private static final int MOST_WARM_UPS = 12;

  boolean isSmoke() {
    return size.equals(Workload.Size.SMOKE);
  }

  static ServingOptions smoke() {
    return new ServingOptions(
        EnumSet.allOf(Contender.class), Workload.Size.SMOKE, 1, 1, 0.7, 2, 1, 0, List.of());
  }

  private static ServingOptions of(
      Set<Contender> contenders, double seconds, double rate, List<String> serviceFlags) {
    return new ServingOptions(
        contenders,
        Workload.Size.FULL,
        Math.max(3, seconds * 0.3),
        MOST_WARM_UPS,
        Math.max(2, seconds * 0.2),
        USUAL_STEPS,
        seconds,
        rate,
        serviceFlags);
  }

  public static ServingOptions parse(String... arguments) {
    Set<Contender> contenders = EnumSet.allOf(Contender.class);
    double seconds = USUAL_SECONDS;
    double rate = 0;
    List<String> flags = List.of();
    Set<String> given = new LinkedHashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      given.add(arguments[i]);
      switch (arguments[i]) {
        case SMOKE -> {}
        case "--seconds" -> seconds = number(arguments, i++, MOST_SECONDS);
        case "--rate" -> rate = number(arguments, i++, MOST_RATE);
        case "--service" -> flags = OptionValues.flags(OptionValues.after(arguments, i++));
        case "--only" ->
            contenders =
                OptionValues.names("--only", OptionValues.after(arguments, i++), Contender.class);
        default -> throw new UsageException("unknown option " + arguments[i]);
      }
    }
    OptionValues.requireAlone(SMOKE, given, List.of());
    return given.contains(SMOKE) ? smoke() : of(contenders, seconds, rate, flags);
  }

  private static double number(String[] arguments, int option, double most) {
    return OptionValues.number(arguments[option], OptionValues.after(arguments, option), 1, most);
  }
}
