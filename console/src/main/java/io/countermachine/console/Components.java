package io.countermachine.console;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The state of all components. It is refreshed at most once a second, however many pages ask. Each
 * component has its own thread, so one that hangs delays neither the others nor, for longer than
 * the limit, the caller.
 */
final class Components implements AutoCloseable {
  private final Duration limit;
  private final ExecutorService threads;
  private final PeriodicReading<List<CompletableFuture<ComponentStatus>>, RuntimeException> newest;

  /**
   * Creates components, which are shown in the order of their probes.
   *
   * @param limit a component that has not responded within this time is down
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  Components(List<Probe> probes, Duration limit, LongSupplier nanoTime) {
    List<Watched> components = probes.stream().map(Watched::new).toList();
    this.limit = limit;
    this.newest =
        new PeriodicReading<>(
            () -> components.stream().map(Watched::look).toList(), Duration.ofSeconds(1), nanoTime);
    this.threads =
        Executors.newFixedThreadPool(
            probes.size(),
            task -> {
              Thread thread = new Thread(task, "console-probe");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** One component, and its probe in flight. */
  private final class Watched {
    private final Probe probe;
    private final OutageLog log;
    private CompletableFuture<ComponentStatus> look = CompletableFuture.completedFuture(null);

    Watched(Probe probe) {
      this.probe = probe;
      this.log = new OutageLog(probe.name());
    }

    /** While a component has not responded, it is not probed again. */
    CompletableFuture<ComponentStatus> look() {
      if (look.isDone()) {
        look =
            CompletableFuture.<Void>completedFuture(null)
                .thenComposeAsync(nothing -> probe.look(), threads)
                .handle(this::judge);
      }
      return look.copy()
          .completeOnTimeout(
              ComponentStatus.down(probe.name(), "no response in time"),
              limit.toNanos(),
              TimeUnit.NANOSECONDS);
    }

    private ComponentStatus judge(ComponentStatus status, Throwable thrown) {
      if (thrown != null) {
        log.failed(thrown);
        return ComponentStatus.down(probe.name(), probe.reason(thrown));
      }
      log.works();
      return status;
    }
  }

  List<ComponentStatus> look() {
    return newest.get().stream().map(CompletableFuture::join).toList();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
