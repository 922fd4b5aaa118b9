package io.countermachine.console;

import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Asks the feature service for its uptime. */
final class ServiceProbe implements Probe {
  static final String UPTIME = "process_uptime_seconds";

  private static final int FIRST_SERVER_ERROR = 500;

  private final ServiceClient service;

  ServiceProbe(ServiceClient service) {
    this.service = service;
  }

  @Override
  public String name() {
    return "service";
  }

  @Override
  public CompletableFuture<ComponentStatus> look() {
    return service.probe("/actuator/prometheus?includedNames=" + UPTIME).thenApply(this::judge);
  }

  private ComponentStatus judge(HttpResponse<String> answer) {
    int status = answer.statusCode();
    if (status == 401 || status == 403) {
      return ComponentStatus.down(name(), "it refuses the console's API key");
    }
    if (status >= FIRST_SERVER_ERROR) {
      return ComponentStatus.down(name(), "it answers " + status);
    }
    // The actuator may have its own port.
    return ComponentStatus.up(
        name(),
        PrometheusText.samples(answer.body(), UPTIME).stream()
            .findFirst()
            .map(sample -> "up for " + inWords(Duration.ofSeconds((long) sample.value())))
            .orElse("it answers"));
  }

  @Override
  public String reason(Throwable thrown) {
    return "it does not answer";
  }

  static String inWords(Duration up) {
    if (up.toMinutes() == 0) {
      return up.toSeconds() + " s";
    }
    if (up.toHours() == 0) {
      return up.toMinutes() + " min";
    }
    return up.toDays() == 0 ? up.toHours() + " h" : up.toDays() + " d";
  }
}
