package io.countermachine.local.torture;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A fault, prepared for a run.
 *
 * @param lasts from its injection to its healing
 * @param inject breaks something; false where it missed the moment that its name speaks of
 * @param heal ends what does not end by itself
 */
record InjectedFault(
    String name, Kind kind, Duration lasts, BooleanSupplier inject, Runnable heal) {
  /** How a fault goes with others. */
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
}
