package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.Delay.Stage;
import io.countermachine.bench.pipeline.Delay.SteadyRate;
import io.countermachine.bench.pipeline.PipelineProcesses.Copies;
import io.countermachine.bench.pipeline.PipelineProcesses.Running;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.stub.DynamoDbStub;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/**
 * Measures under a steady load how long it takes from sending an event until the service returns
 * its effect. In addition to the load, some events use keys of their own, which a service is polled
 * for until their effect is visible. First this is a service without a near cache, then one with
 * the default cache. They run one at a time, because the measuring code shares the cores.
 */
final class DelayTest {
  private static final double LAST_LIMIT_SECONDS = 60;
  private static final int WARM_UP_LIMIT_SECONDS = 120;

  private static final String WARM = "after the warm-up";

  /** The broker and the job's source work in batches. This limits the number of batches. */
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
   * @param load the load of events
   * @param warmUpSeconds the minimum duration of the load before a service starts; much is compiled
   *     in that time
   * @param warmUpAsks the number of requests that warm up a service before it is polled
   * @param askSeconds how long a service is polled before it is measured
   * @param seconds how long each service is measured; the load continues until the events of that
   *     time are readable
   */
  record Course(
      SteadyRate load, double warmUpSeconds, int warmUpAsks, double askSeconds, int seconds) {}

  Delay run(Contender contender, BenchCatalog catalog, Course course) {
    try (DynamoDbStub store = processes.store();
        Running job = processes.start(contender, catalog, topicName, store.endpoint());
        EventTopic topic = new EventTopic(broker.bootstrapServers(), topicName, LINGER_MILLIS)) {
      SteadyLoad load = new SteadyLoad(course.load().sentPerSecond(), () -> topic.send(drawnNow()));
      load.sendOne();
      job.awaitReading();
      progress.accept("    delay to readable " + course.load());
      Parts parts = new Parts(store, job, topic, load, course);
      Backlog warm = warmUp(parts);
      Stage fresh = stage(parts, catalog, Copies.OFF, warm);
      Stage usual = stage(parts, catalog, Copies.DEFAULT, warm);
      return new Delay(course.load(), LINGER_MILLIS, fresh, usual);
    }
  }

  private byte[] drawnNow() {
    events.draw(System.currentTimeMillis());
    return events.json();
  }

  /** The components that both stages share. */
  private record Parts(
      DynamoDbStub store, Running job, EventTopic topic, SteadyLoad load, Course course) {
    Backlog backlog(String when) {
      job.requireAlive();
      return new Backlog(when, topic.sent() - job.meter().records(), course.load().sentPerSecond());
    }
  }

  private Stage stage(Parts parts, BenchCatalog catalog, Copies copies, Backlog warm) {
    try (ServiceProcess service = processes.service(catalog, parts.store().endpoint(), copies)) {
      LikesClient client = new LikesClient(service.address());
      client.warmUp(parts.course().warmUpAsks());
      CpuUse.Meter shares =
          new CpuUse.Meter()
              .add("broker", broker.process())
              .add("job", parts.job().process())
              .add("store", parts.store().process())
              .add("service", service.process());
      Stage stage = measure(parts, client, copies, shares, warm);
      progress.accept(
          "    copies %s: in the store %s ms; answered %s ms; %.2f of %d cores in use%s"
              .formatted(
                  copies,
                  stage.stored(),
                  stage.answered(),
                  stage.cpu().inUse(),
                  stage.cpu().there(),
                  stage.mark()));
      return stage;
    }
  }

  private static Stage measure(
      Parts parts, LikesClient service, Copies copies, CpuUse.Meter shares, Backlog warm) {
    String name = copies.name().toLowerCase(Locale.ROOT);
    try (DelayProbe probe = DelayProbe.start(parts.topic()::send, name);
        ReadableWatch watch = ReadableWatch.start(service, probe)) {
      parts.load().send(parts.course().askSeconds());
      probe.measure();
      shares.begin();
      parts.load().send(parts.course().seconds());
      probe.stop();
      CpuUse use = shares.use();
      Backlog end = parts.backlog("at the end of what was measured");
      // The last events, too, are stored and returned under load.
      parts.load().sendUntil(watch::isDone, LAST_LIMIT_SECONDS);
      ReadableWatch.Found found = watch.found();
      return Stage.of(stored(probe, parts.store()), found, use, List.of(warm, end));
    }
  }

  private static Histogram stored(DelayProbe probe, DynamoDbStub store) {
    Map<String, Long> writes = store.firstWritesMillis();
    Histogram delays = new Histogram(3);
    for (DelayProbe.Sent sent : probe.sent()) {
      if (sent.isMeasured()) {
        delays.recordValue(Math.max(0, writes.get(sent.user()) - sent.dueMillis()));
      }
    }
    return delays;
  }

  /**
   * Applies the load, for longer if the job does not keep up with it yet, and returns its backlog
   * at the end. This comes before a service starts, because that runs without load, and a job that
   * is too slow would catch up in that time.
   */
  private static Backlog warmUp(Parts parts) {
    parts.load().send(parts.course().warmUpSeconds());
    Backlog backlog = parts.backlog(WARM);
    for (int more = 0; more < WARM_UP_LIMIT_SECONDS && !backlog.isAllowed(); more++) {
      parts.load().send(1);
      backlog = parts.backlog(WARM);
    }
    return backlog;
  }
}
