package io.countermachine.job.counting;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long items of each group are kept after their write, now and before the catalog changed.
 * Flink removes counters from the state by one time for all keys of a group. So this must be the
 * longest time for which some item may still be in the table.
 */
final class RetainHistory {
  private static final Logger LOG = LoggerFactory.getLogger(RetainHistory.class);

  /** For groups whose items do not expire. */
  static final long FOREVER = Long.MAX_VALUE;

  /** Items with this retention were last written at that instant. */
  private record Use(long keptMillis, long lastMillis) {
    private boolean isOver(long nowMillis) {
      return keptMillis != FOREVER && lastMillis + keptMillis <= nowMillis;
    }
  }

  private final Map<String, List<Use>> uses = new TreeMap<>();

  /**
   * Records that items of the group are written at this instant with its current {@code retain}.
   */
  void use(Group group, long nowMillis) {
    note(group.name(), new Use(keptMillis(group), nowMillis));
  }

  private void note(String group, Use use) {
    List<Use> ofGroup = uses.computeIfAbsent(group, name -> new ArrayList<>());
    for (int i = 0; i < ofGroup.size(); i++) {
      Use known = ofGroup.get(i);
      if (known.keptMillis() == use.keptMillis()) {
        ofGroup.set(i, new Use(use.keptMillis(), Math.max(known.lastMillis(), use.lastMillis())));
        return;
      }
    }
    ofGroup.add(use);
  }

  /**
   * The longest time that an item of the group is kept after its write, in milliseconds. An upper
   * bound, because it is rounded up.
   */
  static long keptMillis(Group group) {
    long expiry = ItemWrite.expiryOf(group, 0);
    return expiry == ItemWrite.NEVER_EXPIRES ? FOREVER : (expiry + 1) * 1_000;
  }

  /** The longest time after its last write that an item of the group may still exist. */
  long longestMillis(Group group, long nowMillis) {
    long longest = keptMillis(group);
    for (Use use : uses.getOrDefault(group.name(), List.of())) {
      if (!use.isOver(nowMillis)) {
        longest = Math.max(longest, use.keptMillis());
      }
    }
    return longest;
  }

  /** The shortest retention of items that may still exist, if the group's is longer. */
  OptionalLong shorterMillis(Group group, long nowMillis) {
    return uses.getOrDefault(group.name(), List.of()).stream()
        .filter(use -> !use.isOver(nowMillis) && use.keptMillis() < keptMillis(group))
        .mapToLong(Use::keptMillis)
        .min();
  }

  /** Warns if items that may still exist have a shorter retention than the group. */
  void warnOfLonger(Group group, long nowMillis) {
    shorterMillis(group, nowMillis)
        .ifPresent(
            shorter ->
                LOG.warn(
                    "group {} keeps its keys longer than before: those without a further event"
                        + " still expire about {} after they were written,"
                        + " unless every item is written again: ./counter-machine republish",
                    group.name(),
                    Durations.format(Duration.ofMillis(shorter - 1_000))));
  }

  /** Drops all writes before an instant, because all of those items were written again since. */
  void forgetBefore(long instantMillis) {
    uses.values().forEach(ofGroup -> ofGroup.removeIf(use -> use.lastMillis() < instantMillis));
  }

  /** Adds the data of another history. */
  void merge(RetainHistory other) {
    other.uses.forEach((group, ofGroup) -> ofGroup.forEach(use -> note(group, use)));
  }

  /** Writes the entries that may still matter. */
  void write(DataOutputView out, long nowMillis) throws IOException {
    uses.values().forEach(ofGroup -> ofGroup.removeIf(use -> use.isOver(nowMillis)));
    out.writeInt(uses.size());
    for (Map.Entry<String, List<Use>> ofGroup : uses.entrySet()) {
      out.writeUTF(ofGroup.getKey());
      out.writeInt(ofGroup.getValue().size());
      for (Use use : ofGroup.getValue()) {
        out.writeLong(use.keptMillis());
        out.writeLong(use.lastMillis());
      }
    }
  }

  static RetainHistory read(DataInputView in) throws IOException {
    RetainHistory history = new RetainHistory();
    for (int groups = in.readInt(); groups > 0; groups--) {
      String group = in.readUTF();
      for (int ofGroup = in.readInt(); ofGroup > 0; ofGroup--) {
        history.note(group, new Use(in.readLong(), in.readLong()));
      }
    }
    return history;
  }
}
