package io.countermachine.bench.scaling;

import static io.countermachine.bench.OptionValues.names;
import static io.countermachine.bench.OptionValues.number;

import io.countermachine.bench.OptionValues;
import io.countermachine.bench.UsageException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The options of {@code bench scaling}.
 *
 * @param axes what is raised
 * @param size how far, and how many events are counted
 * @param jobFlags more flags for the job: those that begin with {@code -X} are its JVM's, the
 *     others the job's
 * @param plotOnly whether only to draw what was measured earlier
 */
public record ScalingOptions(Set<Axis> axes, Size size, List<String> jobFlags, boolean plotOnly) {
  private static final String SMOKE = "--smoke";
  private static final String PLOT = "--plot";
  private static final long USUAL_EVENTS = 1_000_000;

  private static final long USUAL_GROUP_EVENTS = 600_000;

  /** Well below what thirty groups can do on two cores. */
  private static final double USUAL_GROUP_RATE = 2_000;

  /** How long events come at that rate. */
  private static final int STEADY_SECONDS = 120;

  private static final double SMOKE_GROUP_RATE = 2_000;

  private static final double MOST_KEYS = 10_000_000;
  private static final long SMOKE_EVENTS = 20_000;

  /**
   * How large a run is.
   *
   * @param events of a point
   * @param groupEvents of a point of many groups
   * @param groupRate events per second of a point at a steady rate
   * @param users of the axes other than that of keys
   * @param series of the axis of keys
   */
  record Size(
      long events,
      long groupEvents,
      double groupRate,
      int users,
      List<Integer> keys,
      List<KeySeries> series,
      List<Double> skews,
      List<Integer> groups,
      List<Integer> intervals) {
    private static final int MANY_GROUPS = 10;

    static Size full(long events, long groupEvents, double groupRate, double mostKeys) {
      return new Size(
          events,
          groupEvents,
          groupRate,
          100_000,
          Stream.of(10_000, 100_000, 1_000_000, 10_000_000)
              .filter(keys -> keys <= mostKeys)
              .toList(),
          List.of(KeySeries.values()),
          List.of(0.0, 0.5, 1.0, 1.25, 1.5),
          List.of(1, 2, 5, 10, 20, 30),
          List.of(1, 2, 4, 8, 12));
    }

    static Size smoke() {
      return new Size(
          SMOKE_EVENTS,
          SMOKE_EVENTS,
          SMOKE_GROUP_RATE,
          1_000,
          List.of(2_000),
          List.of(KeySeries.ZIPF),
          List.of(1.5),
          List.of(3),
          List.of(12));
    }

    /**
     * The events of a point of so many groups: the fewer, the more, as a short run is largely the
     * compiler's.
     */
    long events(int groups) {
      return groupEvents * Math.max(1, MANY_GROUPS / groups);
    }

    /** The events of a point at a steady rate. */
    long steadyEvents() {
      return isSmoke() ? SMOKE_EVENTS : (long) (groupRate * STEADY_SECONDS);
    }

    boolean isSmoke() {
      return equals(smoke());
    }
  }

  static ScalingOptions smoke(Set<Axis> axes) {
    return new ScalingOptions(axes, Size.smoke(), List.of(), false);
  }

  /** Reads the options. */
  public static ScalingOptions parse(String... arguments) {
    Set<Axis> axes = EnumSet.allOf(Axis.class);
    double events = USUAL_EVENTS;
    double groupEvents = USUAL_GROUP_EVENTS;
    double groupRate = USUAL_GROUP_RATE;
    double mostKeys = MOST_KEYS;
    List<String> flags = List.of();
    Set<String> given = new LinkedHashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      given.add(arguments[i]);
      switch (arguments[i]) {
        case SMOKE, PLOT -> {}
        case "--events" ->
            events = number("--events", OptionValues.after(arguments, i++), 10_000, 1e9);
        case "--group-events" ->
            groupEvents = number("--group-events", OptionValues.after(arguments, i++), 10_000, 1e9);
        case "--group-rate" ->
            groupRate = number("--group-rate", OptionValues.after(arguments, i++), 100, 1e6);
        case "--keys" ->
            mostKeys = number("--keys", OptionValues.after(arguments, i++), 10_000, MOST_KEYS);
        case "--only" -> axes = names("--only", OptionValues.after(arguments, i++), Axis.class);
        case "--job" -> flags = OptionValues.flags(OptionValues.after(arguments, i++));
        default -> throw new UsageException("unknown option " + arguments[i]);
      }
    }
    OptionValues.requireAlone(SMOKE, given, List.of("--only"));
    OptionValues.requireAlone(PLOT, given, List.of());
    Size size =
        given.contains(SMOKE)
            ? Size.smoke()
            : Size.full((long) events, (long) groupEvents, groupRate, mostKeys);
    return new ScalingOptions(axes, size, flags, given.contains(PLOT));
  }
}
