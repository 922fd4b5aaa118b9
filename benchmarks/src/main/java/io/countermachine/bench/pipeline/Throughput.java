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

  /** How long nothing is written before it is worth a look whether all is. */
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
   * How a run goes.
   *
   * @param quietMillis how long nothing is written when all is; longer than any contender waits
   *     before it writes
   * @param warmUpEvents how many of the events are read before the measurement begins
   * @param endsWhenRight whether it ends before that where what is written is seen to be right; to
   *     look takes from what is measured
   * @param filled what its state holds before the first event; null for nothing
   * @param sentPerSecond how many events are sent in a second while it counts; null where all are
   *     there before it starts
   */
  public record Course(
      long quietMillis,
      long warmUpEvents,
      boolean endsWhenRight,
      Filled filled,
      Double sentPerSecond) {
    /**
     * A quarter of the events is no more than warm-up: for so long much of what any contender
     * spends is its start, most of that the compiler's.
     */
    public static final double WARM_UP_SHARE = 0.25;

    /** At a rate that the job could outrun, its start and what it then has to catch up is more. */
    public static final double STEADY_WARM_UP_SHARE = 0.5;

    /** Long enough for figures; filled is null for empty state at the start. */
    public static Course full(EventStream events, Filled filled) {
      return new Course(
          QUIET_MILLIS, (long) (events.shape().events() * WARM_UP_SHARE), false, filled, null);
    }

    /** Only to see that all works. */
    public static Course smoke(Filled filled) {
      return new Course(SMOKE_QUIET_MILLIS, 0, true, filled, null);
    }

    /** The same with events that are sent meanwhile, to a topic that has none yet. */
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
   * One view of each of the users from the first on, counted before the events.
   *
   * @param atMillis when they were, epoch milliseconds
   */
  public record Filled(int users, long atMillis) {}

  /**
   * Where the measurement begins.
   *
   * @param records read by then
   * @param written by then
   */
  private record WarmUpEnd(long records, DynamoDbStub.Statistics written) {
    /** Without a warm-up: with the first record, of which nothing is written yet. */
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
   * A client for the store, which has the item of the catalog where the state is filled: it was
   * filled without a store, and a job refuses a table that nothing was written to.
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
   * Lets a contender count, checks what it wrote, and gives what it took.
   *
   * @throws IllegalStateException where ours counted wrongly
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

  /** Null where all events are there. */
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

  /** Waits until all is read and nothing is written any more. */
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
          // A busy machine can be quiet before the first write, too.
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

  /** At a steady rate what is measured would else be how fast it catches up. */
  private void requireKeptUp(Contender contender, EventFeed feed, String when, long read) {
    if (feed == null || course.warmUpEvents() == 0) {
      return;
    }
    Backlog backlog = feed.backlog(when, read);
    if (!backlog.isAllowed()) {
      throw new IllegalStateException(
          "%s does not keep up with %,.0f events/s: %s; give it fewer"
              .formatted(contender.title(), course.sentPerSecond(), backlog.notValid()));
    }
  }

  /** Looks once at what is written, until more is. */
  private boolean isSeenRight(DynamoDbStub.Statistics written, Supplier<Finding> check) {
    if (!course.endsWhenRight() || written.items() == itemsLookedAt) {
      return false;
    }
    itemsLookedAt = written.items();
    return check.get().isRight();
  }
}
