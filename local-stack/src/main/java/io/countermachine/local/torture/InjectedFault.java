package io.countermachine.local.torture;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * One way in which things break.
 *
 * @param name as the report names it
 * @param kind how it goes with others
 * @param lasts from its injection to its healing
 * @param inject breaks something; false where it missed the moment that its name speaks of
 * @param heal ends what does not end by itself
 */
record InjectedFault(
    String name, Kind kind, Duration lasts, BooleanSupplier inject, Runnable heal) {
  /** How a trouble goes with others. */
  enum Kind {
    /** Lasts for a time, in which something else may break. */
    LASTING,
    /** Happens in a moment, also while something lasts. */
    SUDDEN,
    /** Needs everything else in order. */
    ALONE,
    /** The same, and can happen only once in a run. */
    ONCE
  }

  static InjectedFault lasting(String name, Duration lasts, Runnable inject, Runnable heal) {
    return new InjectedFault(name, Kind.LASTING, lasts, always(inject), heal);
  }

  static InjectedFault sudden(String name, Runnable inject) {
    return new InjectedFault(name, Kind.SUDDEN, Duration.ZERO, always(inject), () -> {});
  }

  static InjectedFault alone(String name, Runnable inject) {
    return new InjectedFault(name, Kind.ALONE, Duration.ZERO, always(inject), () -> {});
  }

  static InjectedFault once(String name, Runnable inject) {
    return new InjectedFault(name, Kind.ONCE, Duration.ZERO, always(inject), () -> {});
  }

  /** A sudden one that is meant for a moment, and says whether it met it. */
  static InjectedFault timed(String name, BooleanSupplier inject) {
    return new InjectedFault(name, Kind.SUDDEN, Duration.ZERO, inject, () -> {});
  }

  private static BooleanSupplier always(Runnable inject) {
    return () -> {
      inject.run();
      return true;
    };
  }
}
