package io.countermachine.local.torture;

import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.Settlement;
import java.util.List;
import java.util.Set;

/**
 * The job is resumed with other topics: with another in place of its first, with both, and with the
 * first again. What is sent to a topic that it does not read is not counted, until it reads that
 * topic again.
 */
final class TopicChangeFault {
  private static final List<List<String>> TOPICS =
      List.of(
          List.of(Topics.EVENTS),
          List.of(TortureStack.OTHER_TOPIC),
          List.of(Topics.EVENTS, TortureStack.OTHER_TOPIC));

  private final TortureStack stack;
  private final Settlement settlement;
  private final SavepointRestart resumption;
  private int runs;

  TopicChangeFault(TortureStack stack, Settlement settlement, SavepointRestart resumption) {
    this.stack = stack;
    this.settlement = settlement;
    this.resumption = resumption;
  }

  void run() {
    List<String> before = TOPICS.get(runs++ % TOPICS.size());
    List<String> after = TOPICS.get(runs % TOPICS.size());
    stack.feed().pause();
    settlement.awaitCounted();
    resumption.resume(Set.copyOf(after));
    stack.feed().useTopics(after);
    byte[] stray = MonitoredService.view("stray" + runs);
    before.stream()
        .filter(topic -> !after.contains(topic))
        .forEach(topic -> stack.feed().sendToAll(topic, stray));
    stack.feed().resume();
  }
}
