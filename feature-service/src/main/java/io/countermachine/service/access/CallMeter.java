package io.countermachine.service.access;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts calls by caller and status, and the calls that rate limits refuse. */
final class CallMeter {
  private record CallerStatus(String caller, int status) {}

  private final MeterRegistry registry;
  private final Counter rateLimited;
  private final ConcurrentMap<CallerStatus, Counter> calls = new ConcurrentHashMap<>();

  CallMeter(MeterRegistry registry) {
    this.registry = registry;
    this.rateLimited =
        Counter.builder("countermachine.admission.rejected")
            .description("requests refused before they are read")
            .tag("reason", "rate_limit")
            .register(registry);
  }

  void count(String caller, int status) {
    calls
        .computeIfAbsent(
            new CallerStatus(caller, status),
            key ->
                Counter.builder("countermachine.calls")
                    .description("calls of the API, and requests refused")
                    .tag("caller", caller)
                    .tag("status", Integer.toString(status))
                    .register(registry))
        .increment();
  }

  void countRateLimited() {
    rateLimited.increment();
  }
}
