package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.countermachine.local.faults.FaultRules;
import io.countermachine.local.faults.StoreFault;
import io.countermachine.local.faults.WriteLog.Write;
import io.countermachine.local.process.Timeouts;
import io.countermachine.local.process.Topics;
import io.countermachine.local.progress.Settlement;
import io.countermachine.local.torture.EventGenerator.Draft;
import io.countermachine.local.torture.FlinkCluster.Job;
import io.countermachine.local.torture.TortureCatalogs.Choice;
import io.countermachine.local.verification.PackedItem;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.local.verification.TableItems.Item;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The faults that take several steps. Each uses its own keys, which never get another event. */
final class FaultScenarios {
  private static final String REPUBLISH = "--republish";
  private static final String ITEMS_PER_SECOND = "5000";
  private static final Duration LONGER_THAN_REMEMBERED =
      TortureCatalogs.ID_REMEMBERED.plusSeconds(3);

  /**
   * The age difference of a second event, which must not be decayed to the instant of an expired
   * item.
   */
  private static final Duration OLDER = Duration.ofHours(1);

  private static final List<List<String>> TOPICS =
      List.of(
          List.of(Topics.EVENTS),
          List.of(TortureStack.OTHER_TOPIC),
          List.of(Topics.EVENTS, TortureStack.OTHER_TOPIC));

  private final TortureStack stack;
  private final Settlement settlement;
  private final SavepointRestart restart;
  private int runs;
  private int topicChanges;
  private long staleSeen;

  FaultScenarios(TortureStack stack, Settlement settlement, SavepointRestart restart) {
    this.stack = stack;
    this.settlement = settlement;
    this.restart = restart;
  }

  private List<String> newKeys(String name, int count) {
    String prefix = name + runs++ + "-";
    return IntStream.range(0, count).mapToObj(i -> prefix + i).toList();
  }

  /**
   * A zombie: the network holds back the writes of a taskmanager, the taskmanager dies, and its
   * successor counts another event of the same keys and writes them. Only then do the old writes
   * arrive.
   */
  void lateWrite() {
    List<String> users = newKeys("quiet", 200);
    String prefix = users.get(0).replaceAll("0$", "");
    stack.feed().pause();
    settlement.awaitWritten();
    CompletableFuture<Void> gate = new CompletableFuture<>();
    // Writes that contain other keys pass, because to hold them would not test a late write of
    // these keys.
    stack
        .proxy()
        .rules(
            FaultRules.always(StoreFault.held(gate))
                .where(
                    call ->
                        call.operation().equals(FaultCatalog.WRITE)
                            && call.body().contains(prefix)));
    long heldBefore = heldWrites();
    sendViews(users);
    Timeouts.await("a write that can be held", () -> heldWrites() > heldBefore);
    stack.cluster().killTaskManagers();
    stack.proxy().rules(FaultRules.none());
    sendViews(users);
    Timeouts.await(
        "the successor's writes",
        () -> users.stream().allMatch(user -> viewsLastWritten(user) == 2));
    gate.complete(null);
    Timeouts.await("the late write", () -> stale(users) > 0);
    staleSeen += stale(users);
    stack.feed().resume();
  }

  private long heldWrites() {
    return stack.proxy().injected().getOrDefault("Held", 0L);
  }

  private void sendViews(List<String> users) {
    users.forEach(user -> stack.feed().send(MonitoredService.view(user)));
    stack.feed().flush();
  }

  private long stale(List<String> users) {
    return users.stream().filter(user -> viewsLastWritten(user) == 1).count();
  }

  private long viewsLastWritten(String user) {
    List<Write> writes = stack.proxy().writes().of("user", user);
    if (writes.isEmpty()) {
      return 0;
    }
    JsonNode item = writes.get(writes.size() - 1).item();
    JsonNode packed = item.at("/packed/B");
    if (packed.isMissingNode()) {
      return item.at("/counts/M/view/M/lifetime/N").asLong();
    }
    return PackedItem.read(Base64.getDecoder().decode(packed.asText()))
        .values()
        .getOrDefault("view", Map.of())
        .getOrDefault("lifetime", 0.0)
        .longValue();
  }

  /** How many items the late writes made stale, in all runs. */
  long staleSeen() {
    return staleSeen;
  }

  /**
   * The job is down for longer than an id is remembered. The first copy of each id was counted
   * before. A second copy waits in the topic, and was sent soon enough after the first to be a
   * duplicate. Every other id has a third copy that is not a duplicate, by one millisecond.
   */
  void longOutage() {
    List<String> ids = newKeys("outage", 200);
    long firstMillis = System.currentTimeMillis();
    long within = TortureCatalogs.ID_REMEMBERED.toMillis();
    stack.feed().pause();
    sendWithIds(ids, 1, firstMillis, firstMillis);
    settlement.awaitCounted();
    Job job = stack.cluster().killForLong();
    stack.feed().resume();
    sendWithIds(ids, 1, firstMillis, firstMillis + within);
    sendWithIds(ids, 2, firstMillis, firstMillis + within + 1);
    Timeouts.pass(LONGER_THAN_REMEMBERED);
    stack.cluster().resume(job);
  }

  private void sendWithIds(List<String> ids, int step, long eventMillis, long kafkaMillis) {
    for (int i = 0; i < ids.size(); i += step) {
      String event =
          "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"%s\",\"eventId\":\"%s\"}"
              .formatted(eventMillis / 1_000, ids.get(i), ids.get(i));
      stack.feed().send(new Draft(event.getBytes(UTF_8), kafkaMillis));
    }
    stack.feed().flush();
  }

  /**
   * Two groups swap their retention between the first and the second event of their keys. The
   * catalog at the time of the write determines when an item expires. So the keys of one group
   * start again, although the new catalog would keep them, and the keys of the other group
   * continue, although the new catalog would have removed them.
   */
  void exchangeRetain() {
    List<String> keys = newKeys("exchange", 100);
    Choice before = restart.catalog();
    stack.feed().pause();
    // Ensures that each catalog writes only the first events.
    settlement.awaitConfirmed();
    sendVisits(keys, Instant.now());
    settlement.awaitWritten();
    restart.resume(before.exchange());
    Timeouts.await(
        "the expiry of a group's items",
        () -> keys.stream().allMatch(key -> isGone(before.briefGroup(), key)));
    sendVisits(keys, Instant.now().minus(OLDER));
    stack.feed().resume();
  }

  private boolean isGone(String group, String key) {
    return stack
        .items()
        .expiresAt(new Recomputation.Key(group, key))
        .filter(Instant.now()::isBefore)
        .isEmpty();
  }

  private void sendVisits(List<String> keys, Instant time) {
    for (String key : keys) {
      String event =
          "{\"eventName\":\"view\",\"eventTs\":%d,\"visitId\":\"%s\",\"visitorId\":\"%s\"}"
              .formatted(time.getEpochSecond(), key, key);
      stack.feed().send(event.getBytes(UTF_8));
    }
    stack.feed().flush();
  }

  /**
   * The job is resumed with another topic instead of its first one, then with both, then with the
   * first one again. Events in a topic that the job does not read are counted only once it reads
   * the topic again.
   */
  void changeTopics() {
    List<String> before = TOPICS.get(topicChanges++ % TOPICS.size());
    List<String> after = TOPICS.get(topicChanges % TOPICS.size());
    stack.feed().pause();
    settlement.awaitCounted();
    restart.resume(Set.copyOf(after));
    stack.feed().useTopics(after);
    byte[] stray = MonitoredService.view("stray" + topicChanges);
    before.stream()
        .filter(topic -> !after.contains(topic))
        .forEach(topic -> stack.feed().sendToAll(topic, stray));
    stack.feed().resume();
  }

  /**
   * The table is emptied while the job is stopped. The job must refuse to resume with an empty
   * table, because keys without further events would stay missing. With {@code --republish} it
   * writes every item again.
   */
  void emptyTable() {
    stack.feed().pause();
    // A late write would put items into the table again.
    settlement.awaitConfirmed();
    Job job = restart.job(stack.cluster().job().parallelism());
    restart.stop();
    Map<Recomputation.Key, Item> before = stack.items().all();
    stack.service().allowMissing();
    stack.items().deleteAll();
    String refusal = stack.cluster().refusal(job);
    if (!refusal.contains(REPUBLISH)) {
      throw new IllegalStateException(
          "the job did not refuse to go on over an empty table, but ended with:\n" + refusal);
    }
    List<String> arguments = new ArrayList<>(job.arguments());
    arguments.addAll(List.of(REPUBLISH, "--republish-rate", ITEMS_PER_SECOND));
    stack.cluster().resume(new Job(arguments, job.parallelism()));
    // Reading the whole table is expensive, so the job's metric is checked first.
    Timeouts.await(
        "the writing of every item",
        () ->
            stack.flink().sumOf("count.republishKeysLeft").orElse(1) == 0
                && stack.items().all().keySet().containsAll(unexpired(before)));
    stack.cluster().goOnAs(job);
    stack.service().awaitRight();
    stack.feed().resume();
  }

  private static Set<Recomputation.Key> unexpired(Map<Recomputation.Key, Item> items) {
    Instant now = Instant.now();
    return items.entrySet().stream()
        .filter(item -> item.getValue().expiresAt().filter(now::isAfter).isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
