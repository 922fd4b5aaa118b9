package io.countermachine.console;

import java.util.concurrent.CompletableFuture;

/** Checks whether one component is up. */
interface Probe {
  String name();

  /** Checks, in the caller's thread or another. May fail. */
  CompletableFuture<ComponentStatus> look();

  /** Explains a failed check in words for everybody. Details go to the log. */
  String reason(Throwable thrown);
}
