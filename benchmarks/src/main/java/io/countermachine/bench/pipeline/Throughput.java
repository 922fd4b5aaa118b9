package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.TableCheck.Finding;
import io.countermachine.bench.pipeline.TableCheck.Form;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.process.Await;
import io.countermachine.local.stub.DynamoDbStub;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** One contender counts all events once, from the first read to the last write. */
public final class Throughput {
  private static final Duration COUNT_LIMIT = Duration.ofMinutes(60);

  private static final long QUIET_MILLIS = 4_000;
  private static final long SMOKE_QUIET_MILLIS = 2_500;

  /** How long nothing must be written before it is worth checking whether everything is. */
  private static final long LOOK_MILLIS = 300;

  private final PipelineProcesses processes;
  private final String topic;
  private final EventStream events;
  private final Course course;
  private final Consumer<String> progress;
  private WarmUpEnd warmUpEnd;
  private long lastTold;
  private long lastProgressMillis;
  private long itemsLookedAt;
  private boolean fed;

  /**
   * The course of a run.
   *
   * @param quietMillis the run is complete if nothing is written for this long; longer than any
   *     contender waits before it writes
   * @param warmUpEvents the number of events that are read before the measurement begins
   * @param endsWhenRight whether the run may end earlier, as soon as the written values are right;
   *     the check uses resources of the measured machine
   * @param filled the content of the state before the first event; null for nothing
   * @param sentPerSecond the number of events sent per second while it counts; null if all events
   *     are there before it starts
   */
  public record Course(
      long quietMillis,
      long warmUpEvents,
      boolean endsWhenRight,
      Filled filled,
      Double sentPerSecond) {
    /**
     * A quarter of the events is warm-up. Until then, contenders mostly spend time on their start,
     * especially on compilation.
     */
    public static final double WARM_UP_SHARE = 0.25;

    /**
     * At a steady rate below the job's maximum, its start and the catching up afterwards take a
     * larger share.
     */
    public static final double STEADY_WARM_UP_SHARE = 0.5;

    /** A run that is long enough for figures. Filled is null for an empty state at the start. */
    public static Course full(EventStream events, Filled filled) {
      return new Course(
          QUIET_MILLIS, (long) (events.shape().events() * WARM_UP_SHARE), false, filled, null);
    }

    /** A short run that only checks that everything works. */
    public static Course smoke(Filled filled) {
      return new Course(SMOKE_QUIET_MILLIS, 0, true, filled, null);
    }

    /** This course with events that are sent during the run, to an empty topic. */
    public Course sending(EventStream events, double perSecond) {
      return new Course(
          quietMillis,
          endsWhenRight ? 0 : (long) (events.shape().events() * STEADY_WARM_UP_SHARE),
          endsWhenRight,
          filled,
          perSecond);
    }
  }

  /**
   * One view of each of the first users, counted before the events.
   *
   * @param atMillis the views' instant, epoch milliseconds
   */
  public record Filled(int users, long atMillis) {}

  /**
   * The beginning of the measurement.
   *
   * @param records the number of records read before it
   * @param written what was written before it
   */
  private record WarmUpEnd(long records, DynamoDbStub.Statistics written) {
    /**
     * Without a warm-up, the measurement begins with the first record, before anything is written.
     */
    private static final WarmUpEnd NONE =
        new WarmUpEnd(1, new DynamoDbStub.Statistics(0, 0, 0, 0, 0));
  }

  /** Prepares a run. */
  public Throughput(
      PipelineProcesses processes,
      String topic,
      EventStream events,
      Course course,
      Consumer<String> progress) {
    this.processes = processes;
    this.topic = topic;
    this.events = events;
    this.course = course;
    this.progress = progress;
    warmUpEnd = course.warmUpEvents() == 0 ? WarmUpEnd.NONE : null;
  }

  /**
   * A client for the store. If the state is filled, the store gets the item of the catalog, because
   * the state was filled without a store, and a job refuses a table that nothing was written to.
   */
  private DynamoDbClient client(DynamoDbStub store) {
    DynamoDbClient client = store.client();
    if (course.filled() != null) {
      CounterTable table = new CounterTable(client, CounterTable.DEFAULT_NAME);
      table.createIfMissing();
      table.putCatalogItem(
          new CatalogItem("", "filled", 1, 0, Map.of(), Optional.empty(), Optional.empty(), 0),
          Optional.empty());
    }
    return client;
  }

  /**
   * Lets a contender count, checks what it wrote, and returns the cost.
   *
   * @throws IllegalStateException if the streaming job counted wrongly
   */
  public Counted run(Contender contender, BenchCatalog catalog) {
    try (DynamoDbStub store = processes.store();
        DynamoDbClient client = client(store);
        EventFeed feed = feed();
        PipelineProcesses.Running job =
            processes.start(contender, catalog, topic, store.endpoint())) {
      job.awaitReading();
      Supplier<Finding> check =
          () ->
              new TableCheck(catalog.catalog(), events, form(contender), course.filled())
                  .check(client);
      awaitCounted(contender, job, feed, store, check);
      DynamoDbStub.Statistics written = store.statistics();
      MeterLog.Sample used = job.meter().between(warmUpEnd.records(), written.lastWriteMillis());
      Counted.Work work = Counted.Work.of(used, warmUpEnd.written(), written);
      Checkpoints checkpoints =
          contender.isFlink() ? Checkpoints.await(job, written.lastWriteMillis()) : null;
      progress.accept(
          "    %,.0f events/s; checking what was written"
              .formatted(work.events() * 1e3 / used.epochMillis()));
      long peakMegabytes = job.peakMegabytes();
      Finding finding = check.get();
      if (!finding.isRight()) {
        progress.accept("    WRONG: " + finding);
        if (contender.isOurs()) {
          throw new IllegalStateException(contender.title() + " counted wrongly: " + finding);
        }
      }
      return Counted.of(
          events,
          catalog,
          work,
          checkpoints,
          finding,
          course.filled() == null ? finding.keys() : course.filled().users(),
          peakMegabytes);
    }
  }

  /** Null if all events are already there. */
  private EventFeed feed() {
    return course.sentPerSecond() == null
        ? null
        : EventFeed.start(
            processes.bootstrapServers(), topic, events.shape(), course.sentPerSecond());
  }

  private static Form form(Contender contender) {
    return switch (contender.work()) {
      case LIMIT, OURS -> Form.CONTRACT;
      case TUTORIAL -> Form.TUTORIAL;
      case SQL -> Form.UNDECAYED;
    };
  }

  /** Waits until everything is read, and nothing is written any more. */
  private void awaitCounted(
      Contender contender,
      PipelineProcesses.Running job,
      EventFeed feed,
      DynamoDbStub store,
      Supplier<Finding> check) {
    long all = events.shape().events() + EventTopic.PARTITIONS;
    Await.until(
        contender.title(),
        COUNT_LIMIT,
        () -> {
          requireGoing(job, feed);
          long read = job.meter().records();
          DynamoDbStub.Statistics written = store.statistics();
          if (warmUpEnd == null && read >= course.warmUpEvents()) {
            warmUpEnd = new WarmUpEnd(read, written);
            requireKeptUp(contender, feed, "after the warm-up", read);
          }
          if (feed != null && !fed && feed.isDone()) {
            fed = true;
            requireKeptUp(contender, feed, "when all was sent", read);
          }
          long now = System.currentTimeMillis();
          if (now - lastTold > 5_000) {
            lastTold = now;
            progress.accept(
                "    %,d events read, %,d items written".formatted(read, written.items()));
          }
          if (read < all) {
            lastProgressMillis = now;
          }
          long quietSince = Math.max(lastProgressMillis, written.lastWriteMillis());
          // A busy machine may be quiet before the first write, too.
          return written.items() > 0
              && (now - quietSince > course.quietMillis()
                  || (now - quietSince > LOOK_MILLIS && isSeenRight(written, check)));
        });
  }

  private static void requireGoing(PipelineProcesses.Running job, EventFeed feed) {
    job.requireAlive();
    if (feed != null) {
      feed.failIfFailed();
    }
  }

  /** At a steady rate, the measurement would otherwise show how fast the job catches up. */
  private void requireKeptUp(Contender contender, EventFeed feed, String when, long read) {
    if (feed == null || course.warmUpEvents() == 0) {
      return;
    }
    Backlog backlog = feed.backlog(when, read);
    if (!backlog.isAllowed()) {
      throw new IllegalStateException(
          "%s does not keep up with %,.0f events/s: %s; use a lower rate"
              .formatted(contender.title(), course.sentPerSecond(), backlog.notValid()));
    }
  }

  /** Checks the written values once, until more is written. */
  private boolean isSeenRight(DynamoDbStub.Statistics written, Supplier<Finding> check) {
    if (!course.endsWhenRight() || written.items() == itemsLookedAt) {
      return false;
    }
    itemsLookedAt = written.items();
    return check.get().isRight();
  }
}
