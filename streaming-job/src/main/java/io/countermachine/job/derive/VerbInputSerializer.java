package io.countermachine.job.derive;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes inputs for the shuffle to the keys of verbs; the snapshot's name is the form's. */
final class VerbInputSerializer extends TypeSerializerSingleton<VerbInput> {
  static final VerbInputSerializer INSTANCE = new VerbInputSerializer();
  private static final long serialVersionUID = 1L;
  private static final int NO_TEXT = -1;
  private static final byte[] NONE = null;

  @Override
  public void serialize(VerbInput input, DataOutputView target) throws IOException {
    target.writeUTF(input.key());
    target.writeShort(input.verb());
    target.writeShort(input.role());
    target.writeLong(input.timeMillis());
    target.writeShort(input.candidate());
    target.writeInt(input.text() == null ? NO_TEXT : input.text().length);
    if (input.text() != null) {
      target.write(input.text());
    }
  }

  @Override
  public VerbInput deserialize(DataInputView source) throws IOException {
    String key = source.readUTF();
    int verb = source.readUnsignedShort();
    int role = source.readUnsignedShort();
    long timeMillis = source.readLong();
    int candidate = source.readUnsignedShort();
    int length = source.readInt();
    byte[] text = NONE;
    if (length != NO_TEXT) {
      text = new byte[length];
      source.readFully(text);
    }
    return new VerbInput(key, verb, role, timeMillis, candidate, text);
  }

  @Override
  public VerbInput deserialize(VerbInput reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  /** Nobody changes an input. */
  @Override
  public VerbInput copy(VerbInput from) {
    return from;
  }

  @Override
  public VerbInput copy(VerbInput from, VerbInput reuse) {
    return from;
  }

  @Override
  public VerbInput createInstance() {
    return new VerbInput("", 0, 0, 0, 0, NONE);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public TypeSerializerSnapshot<VerbInput> snapshotConfiguration() {
    return new FirstForm();
  }

  /** The form in which they were written. */
  public static final class FirstForm extends SimpleTypeSerializerSnapshot<VerbInput> {
    public FirstForm() {
      super(() -> INSTANCE);
    }
  }
}
