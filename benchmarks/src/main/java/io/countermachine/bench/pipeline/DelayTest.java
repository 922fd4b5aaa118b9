package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineReport.Delay;
import io.countermachine.local.Await;
import io.countermachine.local.JavaProcess;
import io.countermachine.local.Ports;
import io.countermachine.local.stub.DynamoDbStub;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long it takes, under a steady load, from an event's sending until the service returns what it
 * changed: besides the load some events go to keys of their own, which are asked for until they are
 * there.
 */
final class DelayTest {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration LAST_LIMIT = Duration.ofMinutes(1);
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  private static final double WARM_UP_SHARE = 0.5;
  private static final int LINGER_MILLIS = 5;

  private final PipelineProcesses processes;
  private final String bootstrapServers;
  private final String topicName;
  private final EventStream events;
  private final Consumer<String> progress;

  DelayTest(
      PipelineProcesses processes,
      String bootstrapServers,
      String topicName,
      EventStream events,
      Consumer<String> progress) {
    this.processes = processes;
    this.bootstrapServers = bootstrapServers;
    this.topicName = topicName;
    this.events = events;
    this.progress = progress;
  }

  Delay run(Contender contender, BenchCatalog catalog, double perSecond, int seconds) {
    int port = Ports.free();
    try (DynamoDbStub store = processes.store();
        PipelineProcesses.Running job =
            processes.start(contender, catalog, topicName, store.endpoint());
        EventTopic topic = new EventTopic(bootstrapServers, topicName, LINGER_MILLIS)) {
      awaitReading(job, topic);
      try (JavaProcess service = processes.service(catalog, store.endpoint(), port);
          DelayProbe probe = new DelayProbe(URI.create("http://localhost:" + port), topic)) {
        if (!service.isAlive()) {
          throw new IllegalStateException("the feature service ended");
        }
        progress.accept("    delay to readable at %,.0f events/s".formatted(perSecond));
        load(topic, perSecond, seconds * WARM_UP_SHARE);
        probe.start();
        load(topic, perSecond, seconds);
        Delay delay = probe.finish(perSecond, LAST_LIMIT);
        progress.accept(
            "    p50 %.0f ms, p99 %.0f ms of %d events"
                .formatted(delay.p50Millis(), delay.p99Millis(), delay.probes()));
        return delay;
      }
    }
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
