package io.countermachine.service.access;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a key opens. */
public enum Scope {
  /** {@code POST /v1/features}, the catalog and its sets: what a ranker calls. */
  FEATURES,
  /** All else that reads: single keys, the catalog, the API's pages, metrics. */
  INSPECT,
  /**
   * Opens nothing. Events are sent by the console, which is a process of its own; settings of
   * releases whose service had the console keep their meaning for what reads.
   */
  SEND,
  /** Metrics and health, and whatever changes how the machine works. */
  OPERATE;

  /** What a key has whose settings name no scope: everything that reads. */
  static final Set<Scope> DEFAULT = Collections.unmodifiableSet(EnumSet.of(FEATURES, INSPECT));

  static final String EXPECTED =
      "expected "
          + Arrays.stream(values()).map(Scope::label).collect(Collectors.joining(", "))
          + ", with commas between several";

  /** The scope as settings and answers name it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Scope> of(String label) {
    return Arrays.stream(values()).filter(scope -> scope.label().equals(label)).findFirst();
  }
}
