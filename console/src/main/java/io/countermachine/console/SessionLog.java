package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.databind.JsonNode;

/**
 * The newest sessions of a topic, by event and key. New records are read on demand, at most once a
 * second. A session replaces those that it retracts.
 */
final class SessionLog implements AutoCloseable {
  /** How many of the newest sessions are kept, across all keys. */
  static final int MOST = 10_000;

  private static final int KEYS = 30;

  /** Reads the topic. */
  interface Source extends AutoCloseable {
    /**
     * Passes on the records since the last call.
     *
     * @param most the maximum number per partition; older ones are skipped
     */
    void readNew(int most, Consumer<ConsumerRecord<byte[], byte[]>> records) throws BrokerFailure;

    @Override
    void close();
  }

  private record Key(String event, String key) {}

  private record Id(long start, long end, long revision) {
    static Id of(JsonNode session) {
      return new Id(
          session.path("start").asLong(),
          session.path("end").asLong(),
          session.path("revision").asLong());
    }
  }

  private record Kept(Key key, Id id) {}

  private final Source source;
  private final PeriodicReading<Map<Key, Map<Id, JsonNode>>, BrokerFailure> sessions;
  private final Map<Key, Map<Id, JsonNode>> byKey = new HashMap<>();

  /** In the order of arrival; some are retracted. */
  private final Deque<Kept> kept = new ArrayDeque<>();

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  SessionLog(Source source, LongSupplier nanoTime) {
    this.source = source;
    this.sessions =
        new PeriodicReading<>(
            () -> {
              source.readNew(MOST, this::add);
              return byKey;
            },
            Duration.ofSeconds(1),
            nanoTime);
  }

  /** The sessions of a key, oldest first. */
  synchronized List<JsonNode> sessions(String event, String key) throws BrokerFailure {
    return sessions.get().getOrDefault(new Key(event, key), Map.of()).values().stream()
        .sorted(Comparator.comparingLong(session -> session.path("start").asLong()))
        .toList();
  }

  /** The keys of an event that have the most sessions. */
  synchronized List<String> keys(String event) throws BrokerFailure {
    return sessions.get().entrySet().stream()
        .filter(each -> each.getKey().event.equals(event))
        .sorted(
            Comparator.<Map.Entry<Key, Map<Id, JsonNode>>>comparingInt(
                    each -> -each.getValue().size())
                .thenComparing(each -> each.getKey().key))
        .limit(KEYS)
        .map(each -> each.getKey().key)
        .toList();
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null || record.value() == null) {
      return;
    }
    Optional<JsonNode> read = EventText.objects(List.of(record.value())).stream().findFirst();
    if (read.isEmpty()) {
      return;
    }
    JsonNode session = read.get();
    Key key = new Key(session.path("event").asString(""), new String(record.key(), UTF_8));
    Map<Id, JsonNode> ofKey = byKey.computeIfAbsent(key, any -> new HashMap<>());
    for (JsonNode retracted : session.path("retracts")) {
      ofKey.remove(Id.of(retracted));
    }
    // After a failed read, reading starts again from the topic's end, so some sessions arrive
    // twice.
    ofKey.put(Id.of(session), session);
    kept.addLast(new Kept(key, Id.of(session)));
    if (kept.size() > MOST) {
      forget(kept.removeFirst());
    }
  }

  private void forget(Kept oldest) {
    Map<Id, JsonNode> ofKey = byKey.get(oldest.key);
    if (ofKey != null) {
      ofKey.remove(oldest.id);
      if (ofKey.isEmpty()) {
        byKey.remove(oldest.key);
      }
    }
  }

  @Override
  public synchronized void close() {
    source.close();
  }
}
