package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.item.CatalogItem;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the table's {@link CatalogItem} for one subtask: refuses a table that the state was not
 * written to, and accepts requests to write every item again. The first subtask also writes the
 * item: its epoch grows after each checkpoint, and a later checkpoint records it. So the table's
 * epoch is never below that of the state written to it.
 *
 * <p>All methods are called by the task's thread. While the job runs, calls to the table are made
 * in another thread.
 */
final class TableWatch implements AutoCloseable {
  /** The settings of one job. */
  record Settings(
      int subtask,
      String catalogHash,
      List<Group> groups,
      Optional<HistoryCut> historyCut,
      LongSupplier clock) {
    private boolean isFirst() {
      return subtask == 0;
    }
  }

  static final long POLL_MILLIS = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(TableWatch.class);
  private static final long RETRY_MILLIS = 1_000;

  /**
   * After this many completed checkpoints of a run, the position in the topic of sums is known: the
   * first may have been taken before its partitions were found.
   */
  private static final int CHECKPOINTS_OF_BACKFILL = 2;

  private final Settings settings;
  private final CatalogItems items;
  private final CountingMetadata metadata;
  private final Republication republication;
  private final ExecutorService executor;

  /** The call in flight, whose result is the action to take; null if there is none. */
  private CompletableFuture<Runnable> call;

  private boolean toWrite;
  private int checkpoints;
  private long nextPollMillis;

  TableWatch(
      Settings settings,
      CatalogItems items,
      CountingMetadata metadata,
      Republication republication) {
    this.settings = settings;
    this.items = items;
    this.metadata = metadata;
    this.republication = republication;
    executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "catalog-item");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Checks the table before anything is written to it, and waits for it if it cannot be reached.
   *
   * @param restored whether there is a state
   * @throws SuppressRestartsException if it is not the state's table
   */
  void start(boolean restored) throws InterruptedException {
    Optional<CatalogItem> found = await(items::read);
    requireFit(found);
    takeUp(found);
    if (!settings.isFirst()) {
      // Only the first subtask's element of a checkpoint names the table.
      metadata.tableSeen("", 0);
      return;
    }
    // It is not known since when an earlier release has counted.
    boolean unknown = restored && metadata.since().isEmpty();
    CountedSince.update(
        metadata.since(), settings.groups(), unknown ? 0 : now(), settings.historyCut());
    requireSameCut();
    if (metadata.tableId().isEmpty()) {
      // A table that an empty state writes to no longer belongs to an earlier state.
      Optional<String> earlier = found.map(CatalogItem::tableId).filter(id -> !id.isEmpty());
      metadata.tableSeen(restored ? earlier.orElseGet(TableWatch::newId) : newId(), 0);
    }
    Optional<CatalogItem> read = found;
    CatalogItem next = next(read);
    while (!write(next, read)) {
      read = await(items::read);
      takeUp(read);
      next = next(read);
    }
    written(next);
  }

  /**
   * Fails if the state has counted something since before the cut. Nobody would count its events
   * between the two.
   */
  private void requireSameCut() {
    Optional<String> fault =
        settings
            .historyCut()
            .flatMap(cut -> CountedSince.cutFault(metadata.since(), settings.groups(), cut));
    if (fault.isPresent()) {
      throw new SuppressRestartsException(
          new IllegalStateException(
              "%s in the restored state, and later by the item %s of table %s, which a later job wrote; start once without --backfill-topic, so that the item agrees"
                  .formatted(fault.get(), CatalogItem.NAME, items.table())));
    }
  }

  private long now() {
    return settings.clock().getAsLong();
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private boolean write(CatalogItem item, Optional<CatalogItem> read) throws InterruptedException {
    return await(() -> items.write(item, read));
  }

  private <T> T await(Supplier<T> ask) throws InterruptedException {
    while (true) {
      try {
        return ask.get();
      } catch (CatalogItems.UnavailableException e) {
        LOG.warn(
            "cannot reach table {}; the start waits for it: {}", items.table(), e.getMessage());
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
      }
    }
  }

  private void requireFit(Optional<CatalogItem> found) {
    if (isAskedFor(found) || isBeingTakenUp(found)) {
      return;
    }
    Optional<String> fault = TableFit.fault(metadata, found, items.table());
    if (fault.isPresent()) {
      // Otherwise Flink would restart the job again and again.
      throw new SuppressRestartsException(new IllegalStateException(fault.get()));
    }
  }

  private boolean isAskedFor(Optional<CatalogItem> found) {
    return found
        .flatMap(CatalogItem::republish)
        .filter(request -> !request.equals(metadata.republish()))
        .isPresent();
  }

  /** Returns true if this subtask has accepted the request, but the item does not yet say so. */
  private boolean isBeingTakenUp(Optional<CatalogItem> found) {
    return found
        .filter(item -> item.republish().isPresent())
        .filter(item -> !item.republish().equals(item.republishing()))
        .isPresent();
  }

  /** Accepts a request to write every item again, which makes the table the state's copy. */
  private void takeUp(Optional<CatalogItem> found) {
    if (!isAskedFor(found)) {
      return;
    }
    CatalogItem item = found.orElseThrow();
    if (TableFit.fault(metadata, found, items.table()).isPresent()) {
      metadata.tableSeen(newId(), Math.max(metadata.epoch(), item.epoch()));
    }
    String request = item.republish().orElseThrow();
    republication.begin(now());
    metadata.republishing(request, now());
    toWrite = true;
    LOG.info(
        "writing {} items of subtask {} to table {} again until {}, as requested by {}",
        republication.left(),
        settings.subtask(),
        items.table(),
        Instant.ofEpochMilli(republication.endMillis()),
        request);
  }

  /** Reads the item periodically, and acts on it. Call it often. */
  void tick() {
    if (!metadata.isRepublished() && republication.left() <= 0) {
      metadata.republished();
      LOG.info("every item of subtask {} was written again", settings.subtask());
    }
    if (call != null) {
      if (call.isDone()) {
        Runnable answered = call.join();
        call = null;
        answered.run();
      }
    } else if (now() >= nextPollMillis || nextPollMillis - now() > POLL_MILLIS) {
      nextPollMillis = now() + POLL_MILLIS;
      call = ask(items::read, this::seen);
    }
  }

  private <T> CompletableFuture<Runnable> ask(Supplier<T> ask, Consumer<T> answer) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            T answered = ask.get();
            return () -> answer.accept(answered);
          } catch (CatalogItems.UnavailableException e) {
            return () ->
                LOG.warn("cannot reach table {}; retrying: {}", items.table(), e.getMessage());
          }
        },
        executor);
  }

  private void seen(Optional<CatalogItem> found) {
    if (settings.isFirst()) {
      requireFit(found);
    }
    takeUp(found);
    if (settings.isFirst() && toWrite) {
      CatalogItem next = next(found);
      call =
          ask(
              () -> items.write(next, found),
              isWritten -> {
                if (isWritten) {
                  written(next);
                }
              });
    }
  }

  private CatalogItem next(Optional<CatalogItem> read) {
    return new CatalogItem(
        settings.catalogHash(),
        metadata.tableId(),
        Math.max(metadata.epoch(), read.map(CatalogItem::epoch).orElse(0L)) + 1,
        now(),
        CountedSince.forItem(metadata.since()),
        CountedSince.counted(metadata.since()),
        read.flatMap(CatalogItem::republish),
        Optional.of(metadata.republish()).filter(request -> !request.isEmpty()),
        republication.endMillis(),
        settings
            .historyCut()
            .map(HistoryCut::topic)
            .filter(topic -> checkpoints >= CHECKPOINTS_OF_BACKFILL));
  }

  private void written(CatalogItem item) {
    metadata.tableSeen(item.tableId(), item.epoch());
    toWrite = false;
  }

  /** Makes the first subtask write the item, so that the next checkpoint records a newer epoch. */
  void checkpointCompleted() {
    checkpoints++;
    toWrite = true;
  }

  @Override
  public void close() {
    executor.shutdownNow();
    items.close();
  }
}
