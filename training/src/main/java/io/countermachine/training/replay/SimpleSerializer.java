package io.countermachine.training.replay;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The serializer of an immutable type that only shuffles of a bounded job see, never a savepoint.
 */
abstract class SimpleSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  @Override
  public abstract void serialize(T record, DataOutputView target) throws IOException;

  @Override
  public abstract T deserialize(DataInputView source) throws IOException;

  /** One of its own for each thread. */
  @Override
  public abstract TypeSerializer<T> duplicate();

  @Override
  public final T deserialize(T reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public final void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public final T copy(T from) {
    return from;
  }

  @Override
  public final T copy(T from, T reuse) {
    return from;
  }

  @Override
  public final T createInstance() {
    return null;
  }

  @Override
  public final boolean isImmutableType() {
    return true;
  }

  @Override
  public final int getLength() {
    return -1;
  }

  @Override
  public final TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new Never<>(this);
  }

  @Override
  @SuppressWarnings("EqualsGetClass") // All of one class are the same.
  public final boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }

  /** A snapshot of what no savepoint has. */
  public static final class Never<T> extends SimpleTypeSerializerSnapshot<T> {
    Never(TypeSerializer<T> serializer) {
      super(serializer::duplicate);
    }
  }
}
