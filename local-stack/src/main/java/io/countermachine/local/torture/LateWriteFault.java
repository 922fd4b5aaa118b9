package io.countermachine.local.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreCall;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.faults.WriteLog.Write;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.verification.PackedItem;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * A zombie: the network holds a taskmanager's writes back, the taskmanager dies, its successor
 * counts another event of the same keys and writes them, and only then the old writes land. The
 * keys never see another event.
 */
final class LateWriteFault {
  private static final int KEYS = 200;
  private static final String VIEWS = "/counts/M/view/M/lifetime/N";

  private final TortureStack stack;
  private final Settlement settlement;
  private int runs;
  private long staleSeen;

  LateWriteFault(TortureStack stack, Settlement settlement) {
    this.stack = stack;
    this.settlement = settlement;
  }

  /** Lets it happen, and waits until the items are right again. */
  void run() {
    String name = "quiet%d-".formatted(runs++);
    List<String> users = IntStream.range(0, KEYS).mapToObj(i -> name + i).toList();
    stack.feed().pause();
    settlement.awaitWritten();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    // Other keys' writes pass: to hold one of those alone would be no late write of these.
    stack
        .proxy()
        .rules(
            FaultRules.always(StoreFault.held(gate))
                .where(call -> isWrite(call) && call.body().contains(name)));
    long heldBefore = held();
    sendAll(users);
    Timeouts.await("a write that can be held", () -> held() > heldBefore);
    stack.cluster().killTaskManagers();
    stack.proxy().rules(FaultRules.none());
    sendAll(users);
    Timeouts.await(
        "the successor's writes", () -> users.stream().allMatch(user -> lastWritten(user) == 2));
    gate.complete(null);
    Timeouts.await("the late write", () -> stale(users) > 0);
    staleSeen += stale(users);
    stack.feed().resume();
  }

  private static boolean isWrite(StoreCall call) {
    return call.operation().equals("BatchWriteItem");
  }

  private long held() {
    return stack.proxy().injected().getOrDefault("Held", 0L);
  }

  private void sendAll(List<String> users) {
    users.forEach(user -> stack.feed().send(MonitoredService.view(user)));
    stack.feed().flush();
  }

  private long lastWritten(String user) {
    List<Write> writes = stack.proxy().writes().of("user", user);
    return writes.isEmpty() ? 0 : views(writes.get(writes.size() - 1).item());
  }

  private static long views(JsonNode item) {
    JsonNode packed = item.at("/packed/B");
    if (packed.isMissingNode()) {
      return item.at(VIEWS).asLong();
    }
    return PackedItem.read(Base64.getDecoder().decode(packed.asText()))
        .values()
        .getOrDefault("view", Map.of())
        .getOrDefault("lifetime", 0.0)
        .longValue();
  }

  private long stale(List<String> users) {
    return users.stream().filter(user -> lastWritten(user) == 1).count();
  }

  /** How many items the late writes made stale, in all runs. */
  long staleSeen() {
    return staleSeen;
  }
}
