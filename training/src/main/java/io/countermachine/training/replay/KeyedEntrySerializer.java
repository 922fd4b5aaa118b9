package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.IngestTypes;
import io.countermachine.training.replay.KeyedEntry.Asked;
import io.countermachine.training.replay.KeyedEntry.Counted;
import io.countermachine.training.replay.KeyedEntry.LabelAsked;
import java.io.IOException;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a byte for the kind of entry, and events with the job's own serializer. */
final class KeyedEntrySerializer extends SimpleSerializer<KeyedEntry> {
  private static final long serialVersionUID = 1L;
  private static final int COUNTED = 0;
  private static final int ASKED = 1;
  private static final int LABEL_ASKED = 2;

  private final TypeSerializer<Event> events =
      IngestTypes.event().createSerializer(new SerializerConfigImpl());

  @Override
  public void serialize(KeyedEntry entry, DataOutputView target) throws IOException {
    if (entry instanceof Counted counted) {
      target.writeByte(COUNTED);
      target.writeInt(counted.group());
      target.writeLong(counted.cameMillis());
      events.serialize(counted.event(), target);
    } else if (entry instanceof Asked asked) {
      target.writeByte(ASKED);
      writeAsked(asked.request(), asked.number(), asked.group(), asked.key(), target);
      target.writeLong(asked.atMillis());
      target.writeLong(asked.cutMillis());
    } else {
      LabelAsked asked = (LabelAsked) entry;
      target.writeByte(LABEL_ASKED);
      writeAsked(asked.request(), asked.number(), asked.group(), asked.key(), target);
      target.writeLong(asked.fromMillis());
      target.writeLong(asked.toMillis());
    }
  }

  private static void writeAsked(
      long request, int number, int group, String key, DataOutputView target) throws IOException {
    target.writeLong(request);
    target.writeInt(number);
    target.writeInt(group);
    target.writeUTF(key);
  }

  @Override
  public KeyedEntry deserialize(DataInputView source) throws IOException {
    int kind = source.readByte();
    if (kind == COUNTED) {
      int group = source.readInt();
      long cameMillis = source.readLong();
      return new Counted(group, events.deserialize(source), cameMillis);
    }
    long request = source.readLong();
    int number = source.readInt();
    int group = source.readInt();
    String key = source.readUTF();
    return kind == ASKED
        ? new Asked(request, number, group, key, source.readLong(), source.readLong())
        : new LabelAsked(request, number, group, key, source.readLong(), source.readLong());
  }

  @Override
  public TypeSerializer<KeyedEntry> duplicate() {
    return new KeyedEntrySerializer();
  }
}
