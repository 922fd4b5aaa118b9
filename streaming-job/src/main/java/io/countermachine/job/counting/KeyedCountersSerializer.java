package io.countermachine.job.counting;

import io.countermachine.measure.Counters;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;
import org.apache.flink.types.StringValue;

/**
 * Writes the key and then the counters. Used for the shuffle only, which every changed key passes:
 * Flink's own serializer of records would create each object by reflection.
 */
final class KeyedCountersSerializer extends TypeSerializer<KeyedCounters> {
  private static final long serialVersionUID = 1L;

  private final TypeSerializer<Counters> counters;

  KeyedCountersSerializer(TypeSerializer<Counters> counters) {
    this.counters = counters;
  }

  @Override
  public void serialize(KeyedCounters keyed, DataOutputView target) throws IOException {
    StringValue.writeString(keyed.key(), target);
    counters.serialize(keyed.counters(), target);
  }

  @Override
  public KeyedCounters deserialize(DataInputView source) throws IOException {
    String key = StringValue.readString(source);
    return new KeyedCounters(key, counters.deserialize(source));
  }

  @Override
  public KeyedCounters deserialize(KeyedCounters reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    StringValue.copyString(source, target);
    counters.copy(source, target);
  }

  @Override
  public KeyedCounters copy(KeyedCounters from) {
    return new KeyedCounters(from.key(), counters.copy(from.counters()));
  }

  @Override
  public KeyedCounters copy(KeyedCounters from, KeyedCounters reuse) {
    return copy(from);
  }

  @Override
  public KeyedCounters createInstance() {
    return new KeyedCounters("", counters.createInstance());
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializer<KeyedCounters> duplicate() {
    return new KeyedCountersSerializer(counters.duplicate());
  }

  @Override
  public TypeSerializerSnapshot<KeyedCounters> snapshotConfiguration() {
    return new Snapshot(this);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyedCountersSerializer serializer
        && serializer.counters.equals(counters);
  }

  @Override
  public int hashCode() {
    return counters.hashCode();
  }

  /** The snapshot of the form: that of the counters. */
  public static final class Snapshot
      extends CompositeTypeSerializerSnapshot<KeyedCounters, KeyedCountersSerializer> {
    private static final int VERSION = 1;

    /** For Flink, which creates the snapshot before it reads it. */
    public Snapshot() {}

    private Snapshot(KeyedCountersSerializer serializer) {
      super(serializer);
    }

    @Override
    protected int getCurrentOuterSnapshotVersion() {
      return VERSION;
    }

    @Override
    protected TypeSerializer<?>[] getNestedSerializers(KeyedCountersSerializer serializer) {
      return new TypeSerializer<?>[] {serializer.counters};
    }

    @Override
    @SuppressWarnings("unchecked")
    protected KeyedCountersSerializer createOuterSerializerWithNestedSerializers(
        TypeSerializer<?>[] nested) {
      return new KeyedCountersSerializer((TypeSerializer<Counters>) nested[0]);
    }
  }
}
