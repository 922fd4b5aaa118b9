package io.countermachine.local.process;

import java.net.URI;

/** Asks the feature service, and what has pages, whether they are ready. */
public final class ReadinessProbe {

  private ReadinessProbe() {}

  /** Waits until the service at an address is ready; fails where its process ends. */
  public static void awaitReady(URI address, JavaProcess process) {
    awaitPage("the feature service", address.resolve("/actuator/health/readiness"), process);
  }

  /** Waits until a page is there; fails where the process that has it ends. */
  public static void awaitPage(String what, URI page, JavaProcess process) {
    process.awaitReady(what, () -> LocalHttp.hasStatus(page, 200));
  }
}
