package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.Recomputation;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Two groups exchange how long they are kept, between the first and the second event of their keys.
 * An item is gone when its own instant says so, which is by the catalog that it was written with:
 * the keys of one group begin again though by now they would be kept for long, and those of the
 * other go on though by now they would be gone.
 */
final class RetainExchangeFault {
  private static final int KEYS = 100;

  /** So much older is the second event, which must not be decayed to an instant that is gone. */
  private static final Duration OLDER = Duration.ofHours(1);

  private final TortureStack stack;
  private final Settlement settlement;
  private final SavepointRestart resumption;
  private int runs;

  RetainExchangeFault(TortureStack stack, Settlement settlement, SavepointRestart resumption) {
    this.stack = stack;
    this.settlement = settlement;
    this.resumption = resumption;
  }

  void run() {
    String name = "exchange%d-".formatted(runs++);
    List<String> keys = IntStream.range(0, KEYS).mapToObj(i -> name + i).toList();
    Choice before = resumption.catalog();
    stack.feed().pause();
    // So that nothing but the first events is written by either catalog.
    settlement.awaitConfirmed();
    sendAll(keys, Instant.now());
    settlement.awaitWritten();
    resumption.resume(before.exchange());
    Timeouts.await(
        "the expiry of a group's items",
        () -> keys.stream().allMatch(key -> isGone(before.briefGroup(), key)));
    sendAll(keys, Instant.now().minus(OLDER));
    stack.feed().resume();
  }

  private boolean isGone(String group, String key) {
    return stack
        .expiresAt(new Recomputation.Key(group, key))
        .filter(Instant.now()::isBefore)
        .isEmpty();
  }

  private void sendAll(List<String> keys, Instant time) {
    for (String key : keys) {
      String event =
          "{\"eventName\":\"view\",\"eventTs\":%d,\"visitId\":\"%s\",\"visitorId\":\"%s\"}"
              .formatted(time.getEpochSecond(), key, key);
      stack.feed().send(event.getBytes(UTF_8));
    }
    stack.feed().flush();
  }
}
