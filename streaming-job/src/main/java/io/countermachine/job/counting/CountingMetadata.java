package io.countermachine.job.counting;

import io.countermachine.job.state.UnusableState;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * What a checkpoint knows about its counters as a whole: the table that they were written to, for
 * how long items are kept, and since when each measure is counted. Each subtask writes an element;
 * a restored subtask reads all.
 *
 * <p>An element, version 1: a byte with the version, then the fields in their order.
 */
final class CountingMetadata {
  private static final int VERSION = 1;
  private static final int FIRST_BYTES = 256;

  /** The table's identity, from its {@code #catalog} item; empty if not known. */
  private String tableId = "";

  /** The epoch of the item when it was last read. */
  private long epoch;

  /** The last accepted request to write every item again; empty if there was none. */
  private String republish = "";

  private long republishedFromMillis;
  private boolean republished = true;
  private RetainHistory retains = new RetainHistory();

  /** By group, and measure and interval as {@code like.1h}: epoch milliseconds. */
  private final Map<String, Map<String, Long>> since = new TreeMap<>();

  /** The combination of all elements of a checkpoint. */
  static CountingMetadata read(Iterable<byte[]> elements) throws IOException {
    CountingMetadata all = null;
    for (byte[] element : elements) {
      CountingMetadata one = read(element);
      if (all == null) {
        all = one;
      } else {
        all.merge(one);
      }
    }
    return all == null ? new CountingMetadata() : all;
  }

  private static CountingMetadata read(byte[] element) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(element);
    int version = in.readUnsignedByte();
    if (version != VERSION) {
      throw UnusableState.ofLaterRelease("the notes on all counters", version, VERSION);
    }
    CountingMetadata read = new CountingMetadata();
    read.tableId = in.readUTF();
    read.epoch = in.readLong();
    read.republish = in.readUTF();
    read.republishedFromMillis = in.readLong();
    read.republished = in.readBoolean();
    read.retains = RetainHistory.read(in);
    for (int groups = in.readInt(); groups > 0; groups--) {
      Map<String, Long> ofGroup = read.since(in.readUTF());
      for (int values = in.readInt(); values > 0; values--) {
        ofGroup.put(in.readUTF(), in.readLong());
      }
    }
    return read;
  }

  private void merge(CountingMetadata other) {
    if (tableId.isEmpty() || (other.epoch > epoch && !other.tableId.isEmpty())) {
      tableId = other.tableId;
    }
    epoch = Math.max(epoch, other.epoch);
    if (republish.equals(other.republish)) {
      republishedFromMillis = Math.min(republishedFromMillis, other.republishedFromMillis);
      republished &= other.republished;
    } else {
      // Some subtask had not accepted the request. A key may be written once more than necessary.
      republish = "";
      republished = false;
    }
    retains.merge(other.retains);
    other.since.forEach((group, values) -> since(group).putAll(values));
  }

  /** An element for a checkpoint. */
  byte[] write(long nowMillis) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(FIRST_BYTES);
    out.writeByte(VERSION);
    out.writeUTF(tableId);
    out.writeLong(epoch);
    out.writeUTF(republish);
    out.writeLong(republishedFromMillis);
    out.writeBoolean(republished);
    retains.write(out, nowMillis);
    out.writeInt(since.size());
    for (Map.Entry<String, Map<String, Long>> ofGroup : since.entrySet()) {
      out.writeUTF(ofGroup.getKey());
      out.writeInt(ofGroup.getValue().size());
      for (Map.Entry<String, Long> value : ofGroup.getValue().entrySet()) {
        out.writeUTF(value.getKey());
        out.writeLong(value.getValue());
      }
    }
    return out.getCopyOfBuffer();
  }

  String tableId() {
    return tableId;
  }

  long epoch() {
    return epoch;
  }

  /** Records the table's identity and epoch as read from its item. */
  void tableSeen(String id, long itsEpoch) {
    tableId = id;
    epoch = itsEpoch;
  }

  String republish() {
    return republish;
  }

  /** Records that a requested republication of every item starts now. */
  void republishing(String request, long nowMillis) {
    republish = request;
    republishedFromMillis = nowMillis;
    republished = false;
  }

  /** Records that this subtask has written every item again. */
  void republished() {
    republished = true;
  }

  boolean isRepublished() {
    return republished;
  }

  /**
   * The start of the last complete republication, epoch milliseconds; 0 if there was none or it is
   * still running.
   */
  long republishedFromMillis() {
    return republished ? republishedFromMillis : 0;
  }

  RetainHistory retains() {
    return retains;
  }

  Map<String, Map<String, Long>> since() {
    return since;
  }

  private Map<String, Long> since(String group) {
    return since.computeIfAbsent(group, name -> new TreeMap<>());
  }
}
