package io.countermachine.service.console;

import java.util.concurrent.CompletableFuture;

/** Looks whether one part is up. */
interface Probe {
  String name();

  /** Looks, in the caller's thread or another; may fail. */
  CompletableFuture<PartStatus> look();

  /** What a look that failed means, in words for everybody; details are for the log. */
  String reason(Throwable thrown);
}
