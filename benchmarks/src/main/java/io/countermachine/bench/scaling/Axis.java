package io.countermachine.bench.scaling;

import java.util.Locale;

/** What is raised while all else stays. */
enum Axis {
  KEYS("Keys", "keys in the state", "RocksDB, tutorial's catalog"),
  SKEW("Skew", "Zipf exponent of the users", "heap, 100,000 keys, tutorial's catalog"),
  GROUPS("Groups", "groups of 5 measures and 6 intervals", "heap, 100,000 keys, Zipf 1.1"),
  INTERVALS("Intervals", "intervals of one group of 5 measures", "heap, 100,000 keys, Zipf 1.1");

  private final String title;
  private final String unit;
  private final String circumstances;

  Axis(String title, String unit, String circumstances) {
    this.title = title;
    this.unit = unit;
    this.circumstances = circumstances;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  String title() {
    return title;
  }

  /** What its numbers count. */
  String unit() {
    return unit;
  }

  String circumstances() {
    return circumstances;
  }

  /** Whether what is added makes work of its own, so that its cost is judged and not the speed. */
  boolean addsWork() {
    return this == GROUPS || this == INTERVALS;
  }
}
