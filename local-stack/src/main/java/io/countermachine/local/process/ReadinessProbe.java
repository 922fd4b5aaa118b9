package io.countermachine.local.process;

import java.net.URI;
import java.time.Duration;

/** Asks the feature service, and what has pages, whether they are ready. */
public final class ReadinessProbe {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private ReadinessProbe() {}

  /** Waits until the service at an address is ready; fails where its process ends. */
  public static void awaitReady(URI address, JavaProcess process) {
    awaitPage("the feature service", address.resolve("/actuator/health/readiness"), process);
  }

  /** Waits until a page is there; fails where the process that has it ends. */
  public static void awaitPage(String what, URI page, JavaProcess process) {
    process.awaitReady(what, START_LIMIT, () -> LocalHttp.hasStatus(page, 200));
  }
}
