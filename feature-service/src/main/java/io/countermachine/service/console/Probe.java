package io.countermachine.service.console;

import java.util.concurrent.CompletableFuture;

/** Looks whether one part is up. */
interface Probe {
  String name();

  /** Begins to look; the answer comes within a few seconds, and failures are answers. */
  CompletableFuture<PartStatus> look();
}
