package io.countermachine.job.derive;

import io.countermachine.job.state.ImmutableTypeSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes inputs for the shuffle to the keys of verbs. The name of the snapshot's class identifies
 * the form.
 */
final class VerbInputSerializer extends ImmutableTypeSerializer<VerbInput> {
  static final VerbInputSerializer INSTANCE = new VerbInputSerializer();
  private static final long serialVersionUID = 1L;

  @Override
  public void serialize(VerbInput input, DataOutputView target) throws IOException {
    target.writeUTF(input.key());
    target.writeShort(input.verb());
    target.writeShort(input.role());
    target.writeLong(input.timeMillis());
    target.writeShort(input.candidate());
    writeBytes(input.text(), target);
  }

  @Override
  public VerbInput deserialize(DataInputView source) throws IOException {
    return new VerbInput(
        source.readUTF(),
        source.readUnsignedShort(),
        source.readUnsignedShort(),
        source.readLong(),
        source.readUnsignedShort(),
        readBytes(source));
  }

  @Override
  public TypeSerializer<VerbInput> duplicate() {
    return this;
  }

  @Override
  public TypeSerializerSnapshot<VerbInput> snapshotConfiguration() {
    return new FirstForm();
  }

  /** The snapshot of the first form. */
  public static final class FirstForm extends SimpleTypeSerializerSnapshot<VerbInput> {
    public FirstForm() {
      super(() -> INSTANCE);
    }
  }
}
