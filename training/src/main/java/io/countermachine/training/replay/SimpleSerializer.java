package io.countermachine.training.replay;

import io.countermachine.job.state.ImmutableTypeSerializer;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;

/**
 * The serializer of an immutable type that is used only in shuffles of a bounded job, never in a
 * savepoint.
 */
abstract class SimpleSerializer<T> extends ImmutableTypeSerializer<T> {
  private static final long serialVersionUID = 1L;

  @Override
  public final TypeSerializerSnapshot<T> snapshotConfiguration() {
    return new Never<>(this);
  }

  /** A snapshot that is never written, because there is no savepoint. */
  public static final class Never<T> extends SimpleTypeSerializerSnapshot<T> {
    Never(TypeSerializer<T> serializer) {
      super(serializer::duplicate);
    }
  }
}
