package io.countermachine.service.catalog;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogDiff;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest valid version of the catalog file, which is read again periodically. A version that
 * changes only formulas, sets and descriptions replaces the current one. Any other version is
 * refused: the service keeps what it has until the file changes again.
 */
public final class CurrentCatalog implements Supplier<Catalog>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CurrentCatalog.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(CurrentCatalog::thread);
  private final Counter taken;
  private final Counter refused;
  private volatile Catalog current;

  /** The hash of the file at the last check, or the fault that was found then. */
  private String seen;

  /**
   * Starts with a catalog.
   *
   * @param file the file that it was read from; empty for the bundled catalog
   * @param period the pause between two checks of the file; zero to never check
   */
  public CurrentCatalog(
      Catalog catalog, Optional<Path> file, Duration period, MeterRegistry registry) {
    current = catalog;
    seen = catalog.hash();
    taken = counter("taken", registry);
    refused = counter("refused", registry);
    if (file.isPresent() && !period.isZero()) {
      ScheduledFuture<?> unused =
          timer.scheduleWithFixedDelay(
              () -> look(file.get()), period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private static Counter counter(String outcome, MeterRegistry registry) {
    return Counter.builder("countermachine.catalog.changes")
        .description("changes of the catalog file, applied or refused")
        .tag("outcome", outcome)
        .register(registry);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "catalog");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public Catalog get() {
    return current;
  }

  private void look(Path file) {
    try {
      take(file);
    } catch (RuntimeException | Error e) {
      // An exception that leaves this method would stop the periodic task for good.
      LOG.error("could not read the catalog {}", file, e);
    }
  }

  private void take(Path file) {
    Catalog read;
    try {
      read = CatalogLoader.load(file);
    } catch (CatalogException e) {
      String faults = String.join(System.lineSeparator(), e.faults());
      if (!faults.equals(seen)) {
        seen = faults;
        refused.increment();
        LOG.error(
            "the catalog has changed and is not valid; the previous one stays in use:\n{}", faults);
      }
      return;
    }
    if (read.hash().equals(seen)) {
      return;
    }
    seen = read.hash();
    List<CatalogDiff.Change> structure = CatalogDiff.structure(current, read);
    if (!structure.isEmpty()) {
      refused.increment();
      LOG.error(
          "the catalog {} changes more than formulas, sets and descriptions; the previous one"
              + " stays in use until job and service are restarted with the new one: {}",
          file,
          structure);
      return;
    }
    String before = current.hash();
    current = read;
    taken.increment();
    LOG.info("the catalog is {} now, was {}", read.hash(), before);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
