package io.countermachine.job.backfill;

import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.job.state.CountersSerializerSnapshot;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The records of the backfill topic. A record of sums has a key, its counters in the form of the
 * job's state, and that form, a whole schema, in the header {@link #FORM}. So the job can read sums
 * of another catalog, and takes the measures that it counts. A record without that header is a note
 * for people, and for the next backfill.
 */
public final class SumRecords {
  /** The header with the form of the counters. */
  public static final String FORM = "form";

  private static final int VERSION = 1;
  private static final int FIRST_BYTES = 256;

  private SumRecords() {}

  /** Writes sums of one schema. Not thread-safe. */
  public static final class Writer {
    private final CountersSerializer serializer;
    private final byte[] form;
    private final DataOutputSerializer out = new DataOutputSerializer(FIRST_BYTES);

    /** Creates a writer of sums of that schema. */
    public Writer(Schema schema) {
      serializer = CountersSerializer.of(List.of(schema));
      TypeSerializerSnapshot<Counters> snapshot = serializer.snapshotConfiguration();
      DataOutputSerializer written = new DataOutputSerializer(FIRST_BYTES);
      try {
        written.writeInt(snapshot.getCurrentVersion());
        snapshot.writeSnapshot(written);
      } catch (IOException e) {
        throw new IllegalStateException("writing to memory failed", e);
      }
      form = written.getCopyOfBuffer();
    }

    /** The value of the header {@link #FORM}. Callers must not change it. */
    public byte[] form() {
      return form;
    }

    /** The value of a record. */
    public byte[] value(String key, Counters counters) {
      out.clear();
      try {
        out.writeByte(VERSION);
        out.writeUTF(key);
        serializer.serialize(counters, out);
      } catch (IOException e) {
        throw new IllegalStateException("writing to memory failed", e);
      }
      return out.getCopyOfBuffer();
    }
  }

  /**
   * Reads the form of sums.
   *
   * @throws IllegalArgumentException if this release does not know the form
   */
  static TypeSerializer<Counters> readForm(byte[] form) {
    DataInputDeserializer in = new DataInputDeserializer(form);
    try {
      CountersSerializerSnapshot snapshot = new CountersSerializerSnapshot();
      snapshot.readSnapshot(in.readInt(), in, SumRecords.class.getClassLoader());
      return snapshot.restoreSerializer();
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("unknown form of sums: " + e, e);
    }
  }

  /**
   * Reads sums.
   *
   * @param form as returned by {@link #readForm}
   * @throws IllegalArgumentException if the value does not have that form
   */
  static KeyedCounters read(byte[] value, TypeSerializer<Counters> form) {
    if (value == null || value.length == 0 || value[0] != VERSION) {
      throw new IllegalArgumentException(
          "expected sums of version %d, which this release reads".formatted(VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(value);
    try {
      in.skipBytesToRead(1);
      String key = in.readUTF();
      return new KeyedCounters(key, form.deserialize(in));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException("no sums: " + e, e);
    }
  }
}
