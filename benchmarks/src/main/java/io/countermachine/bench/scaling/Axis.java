package io.countermachine.bench.scaling;

import java.util.Locale;

/** What is raised while all else stays. */
enum Axis {
  KEYS("keys in the state; RocksDB, tutorial's catalog"),
  SKEW("Zipf exponent of the users; heap, 100,000 keys, tutorial's catalog"),
  GROUPS("groups of 5 measures and 6 intervals; heap, 100,000 keys, Zipf 1.1"),
  INTERVALS("intervals of one group of 5 measures; heap, 100,000 keys, Zipf 1.1");

  private final String circumstances;

  Axis(String circumstances) {
    this.circumstances = circumstances;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What its numbers count, and what stays. */
  String circumstances() {
    return circumstances;
  }

  /** Whether what is added makes work of its own, so that its cost is judged and not the speed. */
  boolean addsWork() {
    return this == GROUPS || this == INTERVALS;
  }
}
