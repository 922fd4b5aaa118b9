package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.job.state.UnusableState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.types.StringValue;

/**
 * The pending keys in a checkpoint: one packed element per key group, because Flink stores an
 * offset per element in the checkpoint's metadata. Each subtask reads all elements and unpacks
 * those of its own key groups, at any parallelism.
 *
 * <p>An element, version 1: a byte with the version; the key group, two bytes; then, until the end,
 * {@link #GROUP} and a group's name, or {@link #KEY} and a key of the last group named.
 */
final class PendingKeysState {
  private static final int VERSION = 1;
  private static final int KEY = 0;
  private static final int GROUP = 1;
  private static final int NO_GROUP = -1;
  private static final int FIRST_BYTES = 256;

  /** A buffer that is larger than its contents by more than this factor is released. */
  private static final int MOST_SPARE = 4;

  private final List<Group> groups;
  private final KeyGroupRange ownKeyGroups;
  private final int maxParallelism;
  private final ListState<byte[]> elements;

  /** The form of earlier releases: an element per key, with the group's name, a dot and the key. */
  private final ListState<String> unpacked;

  /**
   * By key group, from the first of this subtask. Buffers keep their size from one checkpoint to
   * the next, unless that needs much less.
   */
  private final Packed[] packed;

  private static final class Packed {
    private final DataOutputSerializer bytes = new DataOutputSerializer(FIRST_BYTES);
    private int group = NO_GROUP;

    private int room() {
      return bytes.getSharedBuffer().length;
    }
  }

  PendingKeysState(
      OperatorStateStore store, List<Group> groups, KeyGroupRange ownKeyGroups, int maxParallelism)
      throws Exception {
    this.groups = groups;
    this.ownKeyGroups = ownKeyGroups;
    this.maxParallelism = maxParallelism;
    elements =
        store.getUnionListState(
            new ListStateDescriptor<>(
                "waiting-keys-by-key-group", BytePrimitiveArraySerializer.INSTANCE));
    unpacked = store.getUnionListState(new ListStateDescriptor<>("waiting-keys", Types.STRING));
    packed = new Packed[ownKeyGroups.getNumberOfKeyGroups()];
  }

  /**
   * Passes on the pending keys of this subtask's key groups, for groups that the catalog still has.
   */
  void restore(PendingKeys.KeyConsumer keys) throws Exception {
    Map<String, Integer> indexes = new HashMap<>();
    for (int group = 0; group < groups.size(); group++) {
      indexes.put(groups.get(group).name(), group);
    }
    for (byte[] element : elements.get()) {
      unpack(new DataInputDeserializer(element), indexes, keys);
    }
    for (String waiting : unpacked.get()) {
      int separator = waiting.indexOf('.');
      int group = indexes.getOrDefault(waiting.substring(0, separator), NO_GROUP);
      String key = waiting.substring(separator + 1);
      if (group != NO_GROUP && ownKeyGroups.contains(keyGroup(key))) {
        keys.accept(group, key);
      }
    }
    // Otherwise each subtask would keep the elements of all subtasks until its first checkpoint.
    elements.clear();
    unpacked.clear();
  }

  private void unpack(
      DataInputDeserializer in, Map<String, Integer> indexes, PendingKeys.KeyConsumer keys)
      throws IOException {
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw UnusableState.ofLaterRelease("waiting keys", version, VERSION);
    }
    if (!ownKeyGroups.contains(in.readUnsignedShort())) {
      return;
    }
    int group = NO_GROUP;
    while (in.available() > 0) {
      if (in.readUnsignedByte() == GROUP) {
        group = indexes.getOrDefault(in.readUTF(), NO_GROUP);
      } else {
        String key = StringValue.readString(in);
        if (group != NO_GROUP) {
          keys.accept(group, key);
        }
      }
    }
  }

  private int keyGroup(String key) {
    return KeyGroupRangeAssignment.assignToKeyGroup(key, maxParallelism);
  }

  /**
   * Stores these keys, which must belong to this subtask's key groups, in the current checkpoint.
   */
  void save(List<ChangedKey> lost, PendingKeys pending) throws Exception {
    for (Packed each : packed) {
      if (each != null) {
        each.bytes.clear();
        each.group = NO_GROUP;
      }
    }
    lost.forEach(key -> add(key.group(), key.key()));
    pending.forEachWaiting(this::add);
    List<byte[]> saved = new ArrayList<>();
    for (int i = 0; i < packed.length; i++) {
      Packed each = packed[i];
      if (each == null) {
        continue;
      }
      if (each.bytes.length() > 0) {
        saved.add(each.bytes.getCopyOfBuffer());
      }
      if (each.room() > Math.max(FIRST_BYTES, MOST_SPARE * (long) each.bytes.length())) {
        packed[i] = null;
      }
    }
    elements.update(saved);
  }

  /** The memory that the buffers keep for the next checkpoint, in bytes. */
  long bufferBytes() {
    return Stream.of(packed).filter(Objects::nonNull).mapToLong(Packed::room).sum();
  }

  private void add(int group, String key) {
    int keyGroup = keyGroup(key);
    int index = keyGroup - ownKeyGroups.getStartKeyGroup();
    if (packed[index] == null) {
      packed[index] = new Packed();
    }
    try {
      pack(keyGroup, group, key, packed[index]);
    } catch (IOException e) {
      throw new UncheckedIOException("a buffer in memory could not be written", e);
    }
  }

  private void pack(int keyGroup, int group, String key, Packed into) throws IOException {
    if (into.bytes.length() == 0) {
      into.bytes.writeByte(VERSION);
      into.bytes.writeShort(keyGroup);
    }
    if (into.group != group) {
      into.bytes.writeByte(GROUP);
      into.bytes.writeUTF(groups.get(group).name());
      into.group = group;
    }
    into.bytes.writeByte(KEY);
    StringValue.writeString(key, into.bytes);
  }
}
