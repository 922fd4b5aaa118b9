package io.countermachine.job.state;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The serializer of an immutable type, which needs no copies and no reuse. */
public abstract class ImmutableTypeSerializer<T> extends TypeSerializer<T> {
  private static final long serialVersionUID = 1L;
  private static final int NULL = -1;

  @Override
  public abstract void serialize(T record, DataOutputView target) throws IOException;

  @Override
  public abstract T deserialize(DataInputView source) throws IOException;

  /** Returns a serializer for another thread. */
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
  @SuppressWarnings("EqualsGetClass") // All of one class are the same.
  public final boolean equals(Object other) {
    return other != null && other.getClass() == getClass();
  }

  @Override
  public final int hashCode() {
    return getClass().hashCode();
  }

  /** Writes bytes with their length; the bytes may be null. */
  protected static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
    target.writeInt(bytes == null ? NULL : bytes.length);
    if (bytes != null) {
      target.write(bytes);
    }
  }

  /** Reads the output of {@link #writeBytes}. */
  @SuppressWarnings("ReturnsNullArray")
  protected static byte[] readBytes(DataInputView source) throws IOException {
    int length = source.readInt();
    if (length == NULL) {
      return null;
    }
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return bytes;
  }
}
