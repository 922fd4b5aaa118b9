package io.countermachine.console;

import java.util.concurrent.CompletableFuture;

/** Looks whether one component is up. */
interface Probe {
  String name();

  /** Looks, in the caller's thread or another; may fail. */
  CompletableFuture<ComponentStatus> look();

  /** What a look that failed means, in words for everybody; details are for the log. */
  String reason(Throwable thrown);
}
