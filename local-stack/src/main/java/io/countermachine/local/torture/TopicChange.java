package io.countermachine.local.torture;

import io.countermachine.local.LocalStack;
import java.util.List;
import java.util.Set;

/**
 * The job is resumed with other topics: with another in place of its first, with both, and with the
 * first again. What is sent to a topic that it does not read is not counted, until it reads that
 * topic again.
 */
final class TopicChange {
  private static final List<List<String>> TOPICS =
      List.of(
          List.of(LocalStack.TOPIC),
          List.of(TortureStack.OTHER_TOPIC),
          List.of(LocalStack.TOPIC, TortureStack.OTHER_TOPIC));

  private final TortureStack stack;
  private final Settling settling;
  private final Resumption resumption;
  private int runs;

  TopicChange(TortureStack stack, Settling settling, Resumption resumption) {
    this.stack = stack;
    this.settling = settling;
    this.resumption = resumption;
  }

  void run() {
    List<String> before = TOPICS.get(runs++ % TOPICS.size());
    List<String> after = TOPICS.get(runs % TOPICS.size());
    stack.feed().pause();
    settling.awaitCounted();
    resumption.resume(Set.copyOf(after));
    stack.feed().useTopics(after);
    byte[] stray = ServiceUnderLoad.view("stray" + runs);
    before.stream()
        .filter(topic -> !after.contains(topic))
        .forEach(topic -> stack.feed().sendToAll(topic, stray));
    stack.feed().resume();
  }
}
