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
  /** {@code POST /v1/features}, the catalog and its sets: the calls of a ranker. */
  FEATURES,
  /** All other reads: single keys, the catalog, the API's pages, metrics. */
  INSPECT,
  /**
   * Opens nothing, because the console, a separate process, sends events. It still exists so that
   * the settings of older releases stay valid.
   */
  SEND,
  /** Metrics and health, and every call that changes how the machine works. */
  OPERATE;

  /** The scopes of a key whose settings name none: all reads. */
  static final Set<Scope> DEFAULT = Collections.unmodifiableSet(EnumSet.of(FEATURES, INSPECT));

  static final String EXPECTED =
      "expected "
          + Arrays.stream(values()).map(Scope::label).collect(Collectors.joining(", "))
          + ", with commas between several";

  /** The scope's name in settings and responses. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Scope> of(String label) {
    return Arrays.stream(values()).filter(scope -> scope.label().equals(label)).findFirst();
  }
}
