package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineProcesses.Copies;
import io.countermachine.bench.pipeline.PipelineProcesses.Running;
import io.countermachine.bench.pipeline.PipelineProcesses.Service;
import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.bench.pipeline.PipelineReport.Percentiles;
import io.countermachine.bench.pipeline.PipelineReport.Stage;
import io.countermachine.local.Await;
import io.countermachine.local.LocalBroker;
import io.countermachine.local.stub.DynamoDbStub;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * How long it takes, under a steady load, from an event's sending until the service returns what it
 * changed: besides the load some events go to keys of their own, which a service is asked for until
 * they are there. First it is one that keeps no copies, then one with its near cache as it comes;
 * one at a time, as what measures takes from the same cores.
 */
final class DelayTest {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LAST_LIMIT = Duration.ofMinutes(1);
  private static final Duration WARM_UP_LIMIT = Duration.ofMinutes(2);

  /** What the meter is written down after, and a little. */
  private static final double MOST_SECONDS_BEHIND = 0.5;

  /** The broker and the job's reading work by the batch, whose number this bounds. */
  private static final int LINGER_MILLIS = 20;

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
   * The course of a test.
   *
   * @param perSecond the load
   * @param warmUpSeconds how long it is on before anything is asked for; much is compiled meanwhile
   * @param askSeconds how long a service is asked before it is measured
   * @param seconds how long each service is measured
   */
  record Course(double perSecond, double warmUpSeconds, double askSeconds, int seconds) {}

  Delay run(Contender contender, BenchCatalog catalog, Course course) {
    try (DynamoDbStub store = processes.store();
        Running job = processes.start(contender, catalog, topicName, store.endpoint());
        EventTopic topic = new EventTopic(broker.bootstrapServers(), topicName, LINGER_MILLIS)) {
      SteadyLoad load = new SteadyLoad(topic, events, course.perSecond());
      awaitReading(job, load);
      progress.accept("    delay to readable at %,.0f events/s".formatted(course.perSecond()));
      load.send(course.warmUpSeconds());
      Parts parts = new Parts(store, job, topic, load, course);
      Stage fresh = stage(parts, catalog, Copies.OFF);
      Stage usual = stage(parts, catalog, Copies.DEFAULT);
      return new Delay(
          course.perSecond(), ReadableWatch.RESOLUTION_MILLIS, LINGER_MILLIS, fresh, usual);
    }
  }

  /** What both stages share. */
  private record Parts(
      DynamoDbStub store, Running job, EventTopic topic, SteadyLoad load, Course course) {}

  private Stage stage(Parts parts, BenchCatalog catalog, Copies copies) {
    try (Service service = processes.service(catalog, parts.store().endpoint(), copies)) {
      service.awaitReady();
      LikesClient client = new LikesClient(service.address());
      client.warmUp();
      awaitKeepingUp(parts);
      CpuShares shares =
          new CpuShares()
              .add("broker", broker.process())
              .add("job", parts.job().process())
              .add("store", parts.store().process())
              .add("service", service.process());
      Stage stage = measure(parts, client, copies.name().toLowerCase(Locale.ROOT), shares);
      progress.accept(
          "    copies %s: in the store %s ms; answered %s ms; %.2f of %d cores in use"
              .formatted(
                  copies,
                  stage.stored(),
                  stage.answered(),
                  stage.cpu().inUse(),
                  stage.cpu().there()));
      return stage;
    }
  }

  private static Stage measure(Parts parts, LikesClient service, String name, CpuShares shares) {
    try (DelayProbe probe = DelayProbe.start(parts.topic(), name);
        ReadableWatch watch = ReadableWatch.start(service, probe)) {
      parts.load().send(parts.course().askSeconds());
      probe.measure();
      shares.begin();
      parts.load().send(parts.course().seconds());
      CpuUse use = shares.use();
      probe.close();
      Histogram answered = watch.finish(LAST_LIMIT);
      return new Stage(
          answered.getTotalCount(),
          Percentiles.of(stored(probe, parts.store())),
          Percentiles.of(answered),
          use);
    }
  }

  private static Histogram stored(DelayProbe probe, DynamoDbStub store) {
    Map<String, Long> writes = store.firstWritesMillis();
    Histogram delays = new Histogram(3);
    for (DelayProbe.Sent sent : probe.sent()) {
      if (sent.isMeasured()) {
        delays.recordValue(Math.max(0, writes.get(sent.user()) - sent.epochMillis()));
      }
    }
    return delays;
  }

  private static void awaitReading(Running job, SteadyLoad load) {
    load.sendOne();
    Await.until(
        "the start of the job",
        START_LIMIT,
        () -> {
          job.requireAlive();
          return job.meter().records() > 0;
        });
  }

  /** Puts the load on until the job keeps up with it, which takes it a while after its start. */
  private static void awaitKeepingUp(Parts parts) {
    double perSecond = parts.course().perSecond();
    long end = System.nanoTime() + WARM_UP_LIMIT.toNanos();
    do {
      parts.job().requireAlive();
      if (System.nanoTime() > end) {
        throw new IllegalStateException(
            "%s does not keep up with %,.0f events/s"
                .formatted(parts.job().process().name(), perSecond));
      }
      parts.load().send(1);
    } while (parts.topic().sent() - parts.job().meter().records()
        > perSecond * MOST_SECONDS_BEHIND);
  }
}
