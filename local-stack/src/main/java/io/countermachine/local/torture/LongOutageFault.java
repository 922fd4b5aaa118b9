package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.EventGenerator.Draft;
import io.countermachine.local.torture.FlinkCluster.Job;
import java.time.Duration;

/**
 * The job is down for longer than an id is remembered. A first copy of each id was counted before,
 * and a second one waits in the topic, sent soon enough after the first to be a repetition; of
 * every other id a third one that is none, by a millisecond.
 */
final class LongOutageFault {
  private static final int IDS = 200;
  private static final Duration LONGER = Duration.ofSeconds(3);

  private final TortureStack stack;
  private final Settlement settlement;
  private int runs;

  LongOutageFault(TortureStack stack, Settlement settlement) {
    this.stack = stack;
    this.settlement = settlement;
  }

  void run() {
    String name = "outage%d-".formatted(runs++);
    long firstMillis = System.currentTimeMillis();
    long within = TortureCatalogs.ID_REMEMBERED.toMillis();
    stack.feed().pause();
    sendAll(name, 1, firstMillis / 1_000, firstMillis);
    settlement.awaitCounted();
    Job job = stack.cluster().killForLong();
    stack.feed().resume();
    sendAll(name, 1, firstMillis / 1_000, firstMillis + within);
    sendAll(name, 2, firstMillis / 1_000, firstMillis + within + 1);
    Timeouts.pass(TortureCatalogs.ID_REMEMBERED.plus(LONGER));
    stack.cluster().resume(job);
  }

  private void sendAll(String name, int step, long eventSeconds, long kafkaMillis) {
    for (int i = 0; i < IDS; i += step) {
      String event =
          "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"%s%d\",\"eventId\":\"%s%d\"}"
              .formatted(eventSeconds, name, i, name, i);
      stack.feed().send(new Draft(event.getBytes(UTF_8), kafkaMillis));
    }
    stack.feed().flush();
  }
}
