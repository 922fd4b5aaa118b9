package io.countermachine.job.ingest;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes an event's parts one after the other. It serves the shuffle alone, by which every event
 * comes to those with its id: Flink's own serializer of records would make each by reflection.
 */
final class EventSerializer extends TypeSerializer<Event> {
  private static final long serialVersionUID = 1L;
  private static final String[] NO_KEYS = {};

  /** Types are few, so their highest byte is 0; Flink's own form of a record begins with a flag. */
  private static final int FLAG = 0xFF000000;

  private transient TextForm texts;

  private TextForm texts() {
    if (texts == null) {
      texts = new TextForm();
    }
    return texts;
  }

  @Override
  public void serialize(Event event, DataOutputView target) throws IOException {
    TextForm form = texts();
    target.writeInt(event.type());
    target.writeLong(event.timeMillis());
    target.writeDouble(event.value());
    form.write(event.id(), target);
    target.writeInt(event.keys().length);
    for (String key : event.keys()) {
      form.write(key, target);
    }
  }

  @Override
  public Event deserialize(DataInputView source) throws IOException {
    TextForm form = texts();
    int type = source.readInt();
    if ((type & FLAG) != 0) {
      throw new IOException(
          "events are in another form, as in an unaligned checkpoint of an earlier release;"
              + " go on from a savepoint of that release");
    }
    long timeMillis = source.readLong();
    double value = source.readDouble();
    String id = form.read(source);
    String[] keys = new String[source.readInt()];
    for (int group = 0; group < keys.length; group++) {
      keys[group] = form.read(source);
    }
    return new Event(type, timeMillis, value, id, keys);
  }

  @Override
  public Event deserialize(Event reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  /** Nobody changes an event. */
  @Override
  public Event copy(Event from) {
    return from;
  }

  @Override
  public Event copy(Event from, Event reuse) {
    return from;
  }

  @Override
  public Event createInstance() {
    return new Event(0, 0, 0, null, NO_KEYS);
  }

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public int getLength() {
    return -1;
  }

  /** Each thread has bytes of its own. */
  @Override
  public TypeSerializer<Event> duplicate() {
    return new EventSerializer();
  }

  @Override
  public TypeSerializerSnapshot<Event> snapshotConfiguration() {
    return new FirstForm();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EventSerializer;
  }

  @Override
  public int hashCode() {
    return EventSerializer.class.hashCode();
  }

  /**
   * The form in which they were written, which has nothing to set; a later one has another name.
   */
  public static final class FirstForm extends SimpleTypeSerializerSnapshot<Event> {
    public FirstForm() {
      super(EventSerializer::new);
    }
  }
}
