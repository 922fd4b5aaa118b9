package io.countermachine.console;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The state of all components; looked at anew at most once a second, however many pages ask. Each
 * component has a thread of its own, so that one that hangs holds up neither the others nor, for
 * longer than the limit, whoever asks.
 */
final class Components implements AutoCloseable {
  private final Duration limit;
  private final ExecutorService threads;
  private final PeriodicReading<List<CompletableFuture<ComponentStatus>>, RuntimeException> newest;

  /**
   * Components that are shown in the order of their probes.
   *
   * @param limit a component that has not answered by then is down
   * @param nanoTime a clock that only goes forward, in nanoseconds
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

  /** One component, and the look at it that is under way. */
  private final class Watched {
    private final Probe probe;
    private final OutageLog log;
    private CompletableFuture<ComponentStatus> look = CompletableFuture.completedFuture(null);

    Watched(Probe probe) {
      this.probe = probe;
      this.log = new OutageLog(probe.name());
    }

    /** A component that still has not answered is not asked again. */
    CompletableFuture<ComponentStatus> look() {
      if (look.isDone()) {
        look =
            CompletableFuture.<Void>completedFuture(null)
                .thenComposeAsync(nothing -> probe.look(), threads)
                .handle(this::judge);
      }
      return look.copy()
          .completeOnTimeout(
              ComponentStatus.down(probe.name(), "it does not answer in time"),
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
