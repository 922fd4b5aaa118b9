package io.countermachine.local.process;

import java.net.URI;

/** Waits until the feature service or a web page is ready. */
public final class ReadinessProbe {

  private ReadinessProbe() {}

  /** Waits until the service at an address is ready. Fails if its process ends. */
  public static void awaitReady(URI address, JavaProcess process) {
    awaitPage("the feature service", address.resolve("/actuator/health/readiness"), process);
  }

  /** Waits until a page exists. Fails if the process that serves it ends. */
  public static void awaitPage(String what, URI page, JavaProcess process) {
    process.awaitReady(what, () -> LocalHttp.hasStatus(page, 200));
  }
}
