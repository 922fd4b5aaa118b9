package io.countermachine.service.console;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/** The state of all parts; looked at anew at most once a second, however many pages ask. */
final class Parts {
  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final List<Probe> probes;
  private final LongSupplier nanoTime;
  private List<PartStatus> newest;
  private long newestNanos;

  /**
   * Parts that are shown in the order of their probes.
   *
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  Parts(List<Probe> probes, LongSupplier nanoTime) {
    this.probes = List.copyOf(probes);
    this.nanoTime = nanoTime;
  }

  synchronized List<PartStatus> look() {
    if (newest == null || nanoTime.getAsLong() - newestNanos >= FRESH_NANOS) {
      List<CompletableFuture<PartStatus>> looks = probes.stream().map(Probe::look).toList();
      newest = looks.stream().map(CompletableFuture::join).toList();
      newestNanos = nanoTime.getAsLong();
    }
    return newest;
  }
}
