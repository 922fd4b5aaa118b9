package io.countermachine.bench.scaling;

import java.util.Locale;

/** The parameter that is increased while all others stay constant. */
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

  /** The unit of its numbers, and the constant parameters. */
  String circumstances() {
    return circumstances;
  }

  /** Returns true if each step adds work of its own. Then its cost is evaluated, not the speed. */
  boolean addsWork() {
    return this == GROUPS || this == INTERVALS;
  }
}
