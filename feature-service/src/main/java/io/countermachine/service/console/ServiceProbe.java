package io.countermachine.service.console;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The service itself, which answers where anybody can ask it. */
final class ServiceProbe implements Probe {
  @Override
  public String name() {
    return "service";
  }

  @Override
  public CompletableFuture<PartStatus> look() {
    Duration up = Duration.ofMillis(ManagementFactory.getRuntimeMXBean().getUptime());
    return CompletableFuture.completedFuture(PartStatus.up(name(), "up for " + inWords(up)));
  }

  @Override
  public String reason(Throwable thrown) {
    return "it cannot be asked";
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
