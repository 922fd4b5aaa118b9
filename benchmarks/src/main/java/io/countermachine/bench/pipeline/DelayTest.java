package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineProcesses.Copies;
import io.countermachine.bench.pipeline.PipelineProcesses.Service;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.bench.pipeline.PipelineReport.Percentiles;
import io.countermachine.local.Await;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.stub.DynamoDbStub;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * How long it takes, under a steady load, from an event's sending until the service returns what it
 * changed: besides the load some events go to keys of their own, which two services are asked for
 * until they are there, one that keeps no copies and one with its near cache as it comes.
 */
final class DelayTest {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LAST_LIMIT = Duration.ofMinutes(1);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(2);

  /** What the meter is written down after, and a little. */
  private static final double MOST_SECONDS_BEHIND = 0.5;

  private static final int LINGER_MILLIS = 5;

  private final PipelineProcesses processes;
  private final LocalBroker broker;
  private final String topicName;
  private final EventStream events;
  private final Consumer<String> progress;

  DelayTest(
      PipelineProcesses processes,
      LocalBroker broker,
      String topicName,
      EventStream events,
      Consumer<String> progress) {
    this.processes = processes;
    this.broker = broker;
    this.topicName = topicName;
    this.events = events;
    this.progress = progress;
  }

  /**
   * The load.
   *
   * @param warmUpSeconds how long before anything is measured; much is compiled meanwhile
   * @param seconds how long it is measured
   */
  record Load(double perSecond, double warmUpSeconds, int seconds) {}

  Delay run(Contender contender, BenchCatalog catalog, Load load) {
    try (DynamoDbStub store = processes.store();
        PipelineProcesses.Running job =
            processes.start(contender, catalog, topicName, store.endpoint());
        EventTopic topic = new EventTopic(broker.bootstrapServers(), topicName, LINGER_MILLIS)) {
      awaitReading(job, topic);
      try (Service fresh = processes.service(catalog, store.endpoint(), Copies.OFF);
          Service usual = processes.service(catalog, store.endpoint(), Copies.DEFAULT)) {
        fresh.awaitReady();
        usual.awaitReady();
        progress.accept("    delay to readable at %,.0f events/s".formatted(load.perSecond()));
        warmUp(job, topic, load);
        CpuShares shares = new CpuShares();
        shares.add("broker", broker.process());
        shares.add("job", job.process());
        shares.add("store", store.process());
        shares.add("service without copies", fresh.process());
        shares.add("service", usual.process());
        return measure(topic, store, List.of(fresh, usual), shares, load);
      }
    }
  }

  private Delay measure(
      EventTopic topic,
      DynamoDbStub store,
      List<Service> freshAndUsual,
      CpuShares shares,
      Load load) {
    try (DelayProbe probe = DelayProbe.start(topic);
        ReadableWatch fresh = ReadableWatch.start(freshAndUsual.get(0).address(), probe);
        ReadableWatch usual = ReadableWatch.start(freshAndUsual.get(1).address(), probe)) {
      shares.begin();
      load(topic, load.perSecond(), load.seconds());
      Map<String, Double> cores = shares.cores();
      probe.close();
      Percentiles answered = Percentiles.of(fresh.finish(LAST_LIMIT));
      Percentiles fromCopies = Percentiles.of(usual.finish(LAST_LIMIT));
      Percentiles stored = Percentiles.of(stored(probe, store));
      progress.accept("    in the store %s ms; answered %s ms".formatted(stored, answered));
      return new Delay(load.perSecond(), probe.sent().size(), stored, answered, fromCopies, cores);
    }
  }

  private static Histogram stored(DelayProbe probe, DynamoDbStub store) {
    Map<String, Long> writes = store.firstWritesMillis();
    Histogram delays = new Histogram(3);
    for (DelayProbe.Sent sent : probe.sent()) {
      delays.recordValue(Math.max(0, writes.get(sent.user()) - sent.epochMillis()));
    }
    return delays;
  }

  private void awaitReading(PipelineProcesses.Running job, EventTopic topic) {
    events.draw(System.currentTimeMillis() / 1_000);
    topic.send(events.json());
    Await.until(
        "the start of the job",
        START_LIMIT,
        () -> {
          job.requireAlive();
          return job.meter().records() > 0;
        });
  }

  /** Puts the load on until the job keeps up with it, which takes it a while after its start. */
  private void warmUp(PipelineProcesses.Running job, EventTopic topic, Load load) {
    load(topic, load.perSecond(), load.warmUpSeconds());
    long end = System.nanoTime() + WARM_UP_LIMIT.toNanos();
    while (topic.sent() - job.meter().records() > load.perSecond() * MOST_SECONDS_BEHIND) {
      job.requireAlive();
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s does not keep up with %,.0f events/s"
                .formatted(job.process().name(), load.perSecond()));
      }
      load(topic, load.perSecond(), 1);
    }
  }

  /** Sends at a steady rate; what is late is sent at once. */
  private void load(EventTopic topic, double perSecond, double seconds) {
    long begin = System.nanoTime();
    long all = (long) (perSecond * seconds);
    for (long sent = 0; sent < all; ) {
      long due = (long) ((System.nanoTime() - begin) / 1e9 * perSecond);
      for (; sent < Math.min(due, all); sent++) {
        events.draw(System.currentTimeMillis() / 1_000);
        topic.send(events.json());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
