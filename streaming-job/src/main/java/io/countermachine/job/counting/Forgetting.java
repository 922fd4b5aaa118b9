package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.job.state.UnusableState;
import io.countermachine.rules.RuleBook;
import io.countermachine.rules.RuleBook.Forgotten;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the keys with a value to forget from an operator's state. The decoder drops older events
 * of these keys. Once none of these can be in flight any longer, this class walks through the keys
 * of the subtask's state, once for each request.
 *
 * <p>The sink removes an item as it writes any other, because the key then has no counters. So
 * overwrites and confirmations of its writes become removals, too.
 */
public final class Forgetting {
  /**
   * The time from the publication of a request until no task accepts older events of the value any
   * longer.
   */
  static final long WAIT_MILLIS = 5_000;

  /** For events that were in buffers between tasks when the request came. */
  private static final long LATE_MILLIS = 600_000;

  /** Checkpoints no longer list requests that are older than the newest one by this. */
  private static final long KEEP_MILLIS = 24 * 3_600_000L;

  private static final Logger LOG = LoggerFactory.getLogger(Forgetting.class);
  private static final int VERSION = 1;
  private static final int FIRST_BYTES = 256;

  private final String what;
  private final RuleBook book;
  private final List<Group> groups;
  private final long waitMillis;
  private final Keys keys;
  private final LongSupplier clock;
  private final Done done;
  private List<Forgotten> wishes = List.of();
  private int seenChanges = -1;
  private long newestMillis = Long.MIN_VALUE;

  /** The keys of a subtask; groups are addressed by their index. */
  public interface Keys {
    /** The keys with state of a group. */
    Stream<String> of(Group group);

    /** Returns true if a key belongs to this subtask. */
    boolean owns(Group group, String key);

    /** Removes the state of a key, and its item if it has one; returns true if there was state. */
    boolean remove(int group, String key) throws Exception;
  }

  /** The requests that a checkpoint has completed. */
  public static final class Done {
    private final ListState<byte[]> elements;
    private final Set<Forgotten> wishes;
    private long newestMillis = Long.MIN_VALUE;

    private Done(ListState<byte[]> elements, Set<Forgotten> wishes) {
      this.elements = elements;
      this.wishes = wishes;
      wishes.forEach(wish -> newestMillis = Math.max(newestMillis, wish.publishedMillis()));
    }

    /** Restores what all subtasks of the operator have completed in a checkpoint. */
    public static Done restore(OperatorStateStore store) throws Exception {
      ListState<byte[]> elements =
          store.getUnionListState(
              new ListStateDescriptor<>("forgotten", BytePrimitiveArraySerializer.INSTANCE));
      Set<Forgotten> all = null;
      for (byte[] element : elements.get()) {
        Set<Forgotten> one = read(element);
        if (all == null) {
          all = one;
        } else {
          all.retainAll(one);
        }
      }
      return new Done(elements, all == null ? new HashSet<>() : all);
    }

    /** Adds what this subtask has completed to a checkpoint. */
    public void save() throws Exception {
      elements.update(List.of(write()));
    }

    private static Set<Forgotten> read(byte[] element) throws IOException {
      DataInputDeserializer in = new DataInputDeserializer(element);
      int version = in.readUnsignedByte();
      if (version != VERSION) {
        throw UnusableState.ofLaterRelease("what was forgotten", version, VERSION);
      }
      Set<Forgotten> wishes = new HashSet<>();
      for (int left = in.readInt(); left > 0; left--) {
        wishes.add(new Forgotten(in.readUTF(), in.readUTF(), in.readLong(), in.readLong()));
      }
      return wishes;
    }

    private byte[] write() throws IOException {
      DataOutputSerializer out = new DataOutputSerializer(FIRST_BYTES);
      out.writeByte(VERSION);
      out.writeInt(wishes.size());
      for (Forgotten wish : wishes) {
        out.writeUTF(wish.field());
        out.writeUTF(wish.value());
        out.writeLong(wish.untilMillis());
        out.writeLong(wish.publishedMillis());
      }
      return out.getCopyOfBuffer();
    }

    private boolean has(Forgotten wish) {
      return wishes.contains(wish)
          || (!wishes.isEmpty() && wish.publishedMillis() < newestMillis - KEEP_MILLIS);
    }

    private void add(Forgotten wish) {
      wishes.add(wish);
      newestMillis = Math.max(newestMillis, wish.publishedMillis());
      wishes.removeIf(each -> each.publishedMillis() < newestMillis - KEEP_MILLIS);
    }
  }

  /**
   * Starts with the requests that a checkpoint has not completed.
   *
   * @param what what is removed, for the log
   * @param groups the groups whose keys the operator has
   * @param summedFor how long an event may wait in a sum before it arrives here, milliseconds
   */
  public Forgetting(
      String what,
      RuleBook book,
      List<Group> groups,
      long summedFor,
      Keys keys,
      Done done,
      LongSupplier clock) {
    this.what = what;
    this.book = book;
    this.groups = groups;
    this.waitMillis = WAIT_MILLIS + summedFor;
    this.keys = keys;
    this.done = done;
    this.clock = clock;
  }

  /** Executes the requests that are due, and returns the number of removed keys. Call it often. */
  public long tick() throws Exception {
    if (seenChanges != book.forgetChanges()) {
      seenChanges = book.forgetChanges();
      wishes = book.forgets().stream().filter(Predicate.not(done::has)).toList();
      book.forgets().forEach(wish -> newestMillis = Math.max(newestMillis, wish.publishedMillis()));
    }
    if (wishes.isEmpty()) {
      return 0;
    }
    long now = clock.getAsLong();
    List<Forgotten> due =
        wishes.stream().filter(wish -> wish.publishedMillis() + waitMillis <= now).toList();
    if (due.isEmpty()) {
      return 0;
    }
    // A request that was withdrawn meanwhile is done, too.
    long removed =
        remove(due.stream().filter(wish -> book.forgets(wish.field(), wish.value(), 0)).toList());
    due.forEach(done::add);
    wishes = wishes.stream().filter(Predicate.not(done::has)).toList();
    return removed;
  }

  private long remove(List<Forgotten> due) throws Exception {
    Map<String, Map<String, Integer>> audit = new TreeMap<>();
    long removed = 0;
    for (int group = 0; group < groups.size(); group++) {
      for (Map.Entry<String, Forgotten> found : keysOf(group, due).entrySet()) {
        if (keys.remove(group, found.getKey())) {
          removed++;
          audit
              .computeIfAbsent(told(found.getValue()), first -> new TreeMap<>())
              .merge(groups.get(group).name(), 1, Integer::sum);
        }
      }
    }
    for (Forgotten wish : due) {
      LOG.info(
          "forgotten as requested at {}: {}; {} removed here, by group: {}",
          Instant.ofEpochMilli(wish.publishedMillis()),
          told(wish),
          what,
          audit.getOrDefault(told(wish), Map.of()));
    }
    return removed;
  }

  private static String told(Forgotten wish) {
    return wish.field() + " " + wish.value();
  }

  /** The keys of a group that contain one of the values, each with its request. */
  private Map<String, Forgotten> keysOf(int group, List<Forgotten> due) {
    List<String> fields = groups.get(group).keyFields();
    Map<String, Forgotten> found = new TreeMap<>();
    Map<List<String>, Forgotten> byValue = new TreeMap<>(Forgetting::compare);
    for (Forgotten wish : due) {
      if (fields.contains(wish.field())) {
        byValue.put(List.of(wish.field(), wish.value()), wish);
        String alone = ItemKey.join(wish.value());
        if (fields.size() == 1 && keys.owns(groups.get(group), alone)) {
          // Even without state, because there may be an item.
          found.put(alone, wish);
        }
      }
    }
    if (byValue.isEmpty() || fields.size() == 1) {
      return found;
    }
    try (Stream<String> all = keys.of(groups.get(group))) {
      all.forEach(
          key -> {
            Forgotten wish = wishOf(key, fields, byValue);
            if (wish != null) {
              found.put(key, wish);
            }
          });
    }
    return found;
  }

  private static Forgotten wishOf(
      String key, List<String> fields, Map<List<String>, Forgotten> byValue) {
    List<String> values = ItemKey.split(key);
    for (int part = 0; part < fields.size() && part < values.size(); part++) {
      Forgotten wish = byValue.get(List.of(fields.get(part), values.get(part)));
      if (wish != null) {
        return wish;
      }
    }
    return null;
  }

  private static int compare(List<String> one, List<String> other) {
    int fields = one.get(0).compareTo(other.get(0));
    return fields != 0 ? fields : one.get(1).compareTo(other.get(1));
  }

  /**
   * Returns true if all events of a sum are older than a request to forget its key, and so arrived
   * too late.
   */
  public boolean isTooOld(int group, String key, long newestEventMillis) {
    return newestMillis != Long.MIN_VALUE
        && clock.getAsLong() < newestMillis + LATE_MILLIS
        && isForgotten(group, key, newestEventMillis);
  }

  /** Returns true if the key contains a value to forget. */
  boolean isForgotten(int group, String key) {
    return book.forgetsAny() && isForgotten(group, key, 0);
  }

  private boolean isForgotten(int group, String key, long instantMillis) {
    return book.forgets(groups.get(group).keyFields(), ItemKey.split(key), instantMillis);
  }

  /** Returns true if the key contains a value to forget and may still have its state. */
  public boolean isPending(int group, String key) {
    if (wishes.isEmpty() || !isForgotten(group, key)) {
      return false;
    }
    List<String> fields = groups.get(group).keyFields();
    List<String> values = ItemKey.split(key);
    return wishes.stream()
        .anyMatch(
            wish -> {
              int part = fields.indexOf(wish.field());
              return part >= 0 && part < values.size() && values.get(part).equals(wish.value());
            });
  }
}
