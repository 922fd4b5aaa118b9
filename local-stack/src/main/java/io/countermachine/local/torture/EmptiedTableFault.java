package io.countermachine.local.torture;

import io.countermachine.local.process.Timeouts;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.local.verification.TableItems.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The table is emptied while the job is stopped. The job must refuse to go on over it, since keys
 * without further events would stay missing; told to, it writes every item of its state again.
 */
final class EmptiedTableFault {
  private static final String REPUBLISH = "--republish";
  private static final String ITEMS_PER_SECOND = "5000";

  private final TortureStack stack;
  private final Settlement settlement;
  private final SavepointRestart resumption;

  EmptiedTableFault(TortureStack stack, Settlement settlement, SavepointRestart resumption) {
    this.stack = stack;
    this.settlement = settlement;
    this.resumption = resumption;
  }

  void run() {
    stack.feed().pause();
    // A write that lands late would fill the table again.
    settlement.awaitConfirmed();
    Job job = resumption.job(stack.cluster().job().parallelism());
    resumption.stop();
    Map<Recomputation.Key, Item> before = stack.items();
    stack.service().allowMissing();
    stack.emptyTable();
    requireRefusal(job);
    List<String> arguments = new ArrayList<>(job.arguments());
    arguments.addAll(List.of(REPUBLISH, "--republish-rate", ITEMS_PER_SECOND));
    stack.cluster().resume(new Job(arguments, job.parallelism()));
    // To read the whole table is too dear to be done more often than the job says.
    Timeouts.await(
        "the writing of every item",
        () ->
            stack.flink().sumOf("count.republishKeysLeft").orElse(1) == 0
                && stack.items().keySet().containsAll(living(before)));
    stack.cluster().goOnAs(job);
    stack.service().awaitRight();
    stack.feed().resume();
  }

  private void requireRefusal(Job job) {
    String words = stack.cluster().refusal(job);
    if (!words.contains(REPUBLISH)) {
      throw new IllegalStateException(
          "the job did not refuse to go on over an empty table, but ended with:\n" + words);
    }
  }

  private static Set<Recomputation.Key> living(Map<Recomputation.Key, Item> items) {
    Instant now = Instant.now();
    return items.entrySet().stream()
        .filter(item -> item.getValue().expiresAt().filter(now::isAfter).isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
