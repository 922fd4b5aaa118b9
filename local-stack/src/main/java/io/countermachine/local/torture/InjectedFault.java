package io.countermachine.local.torture;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * A fault, prepared for a run.
 *
 * @param lasts the time from its injection to its end
 * @param inject causes the fault; returns false if it missed the moment that its name describes
 * @param heal ends a fault that does not end by itself
 */
record InjectedFault(
    String name, Kind kind, Duration lasts, BooleanSupplier inject, Runnable heal) {
  /** How a fault combines with others. */
  enum Kind {
    /** Lasts for a time, during which another fault may occur. */
    LASTING,
    /** Happens in a moment, possibly during a lasting fault. */
    SUDDEN,
    /** Requires that nothing else is broken. */
    ALONE,
    /** Requires that nothing else is broken, and can happen only once per run. */
    ONCE
  }
}
