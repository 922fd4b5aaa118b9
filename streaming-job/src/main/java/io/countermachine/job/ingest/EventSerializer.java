package io.countermachine.job.ingest;

import io.countermachine.job.state.ImmutableTypeSerializer;
import io.countermachine.job.state.UnusableState;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes an event's parts one after the other. Used for the shuffle only, in which every event goes
 * to the subtask of its id: Flink's own serializer of records would create each object by
 * reflection.
 */
final class EventSerializer extends ImmutableTypeSerializer<Event> {
  private static final long serialVersionUID = 1L;
  private static final String[][] NO_MORE_KEYS = null;
  private static final int[] NO_TYPES = null;
  private static final double[] NO_WEIGHTS = null;
  private static final byte[] NO_TEXT = null;

  /**
   * The version is in the highest byte of the type, which is free because types are few. The first
   * version had 0 there, and Flink's own serializer of records starts with a flag of 1 to 8.
   */
  private static final int FORM = 0x30000000;

  /**
   * The form of events with a text, and of those that a verb derived: the same, followed by the
   * additional parts.
   */
  private static final int LONG_FORM = 0x40000000;

  private static final int FORM_BITS = 0xFF000000;

  private transient NullableTextCodec texts;

  private NullableTextCodec texts() {
    if (texts == null) {
      texts = new NullableTextCodec();
    }
    return texts;
  }

  @Override
  public void serialize(Event event, DataOutputView target) throws IOException {
    NullableTextCodec form = texts();
    boolean isLong = event.text() != null || event.weight() != 1 || event.takenBack();
    target.writeInt((isLong ? LONG_FORM : FORM) | event.type());
    target.writeLong(event.timeMillis());
    target.writeLong(event.recordMillis());
    target.writeDouble(event.value());
    form.write(event.id(), target);
    target.writeInt(event.keys().length);
    for (String key : event.keys()) {
      form.write(key, target);
    }
    target.writeBoolean(event.moreKeys() != null);
    if (event.moreKeys() != null) {
      writeMoreKeys(event.moreKeys(), target);
    }
    FieldValues.write(event.fields(), form, target);
    writeDerived(event, target);
    if (isLong) {
      writeBytes(event.text(), target);
      target.writeDouble(event.weight());
      target.writeBoolean(event.takenBack());
    }
  }

  private static void writeDerived(Event event, DataOutputView target) throws IOException {
    int count = event.derived() == null ? 0 : event.derived().length;
    target.writeInt(count);
    for (int i = 0; i < count; i++) {
      target.writeInt(event.derived()[i]);
      target.writeDouble(event.weights()[i]);
    }
  }

  private void writeMoreKeys(String[][] moreKeys, DataOutputView target) throws IOException {
    for (String[] keys : moreKeys) {
      target.writeInt(keys == null ? 0 : keys.length);
      if (keys != null) {
        for (String key : keys) {
          texts().write(key, target);
        }
      }
    }
  }

  private String[][] readMoreKeys(int groups, DataInputView source) throws IOException {
    String[][] moreKeys = new String[groups][];
    for (int group = 0; group < groups; group++) {
      int count = source.readInt();
      if (count > 0) {
        moreKeys[group] = new String[count];
        for (int i = 0; i < count; i++) {
          moreKeys[group][i] = texts().read(source);
        }
      }
    }
    return moreKeys;
  }

  @Override
  public Event deserialize(DataInputView source) throws IOException {
    NullableTextCodec form = texts();
    int formAndType = source.readInt();
    int formNumber = formAndType & FORM_BITS;
    if (formNumber != FORM && formNumber != LONG_FORM) {
      throw UnusableState.because(
          "events are in another form, as in an unaligned checkpoint of an earlier release;"
              + " go on from a savepoint of that release");
    }
    long timeMillis = source.readLong();
    long recordMillis = source.readLong();
    double value = source.readDouble();
    String id = form.read(source);
    String[] keys = new String[source.readInt()];
    for (int group = 0; group < keys.length; group++) {
      keys[group] = form.read(source);
    }
    String[][] moreKeys = source.readBoolean() ? readMoreKeys(keys.length, source) : NO_MORE_KEYS;
    Object[] fieldValues = FieldValues.read(form, source);
    int count = source.readInt();
    int[] derived = count == 0 ? NO_TYPES : new int[count];
    double[] weights = count == 0 ? NO_WEIGHTS : new double[count];
    for (int i = 0; i < count; i++) {
      derived[i] = source.readInt();
      weights[i] = source.readDouble();
    }
    boolean isLong = formNumber == LONG_FORM;
    return new Event(
        formAndType & ~FORM_BITS,
        timeMillis,
        recordMillis,
        value,
        id,
        keys,
        moreKeys,
        fieldValues,
        derived,
        weights,
        isLong ? readBytes(source) : NO_TEXT,
        isLong ? source.readDouble() : 1,
        isLong && source.readBoolean());
  }

  /** Each thread needs its own buffer. */
  @Override
  public TypeSerializer<Event> duplicate() {
    return new EventSerializer();
  }

  @Override
  public TypeSerializerSnapshot<Event> snapshotConfiguration() {
    return new ThirdForm();
  }

  /** The snapshot of the third form, which has no parameters. A later form needs another name. */
  public static final class ThirdForm extends SimpleTypeSerializerSnapshot<Event> {
    public ThirdForm() {
      super(EventSerializer::new);
    }
  }
}
