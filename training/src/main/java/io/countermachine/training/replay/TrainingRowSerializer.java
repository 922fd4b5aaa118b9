package io.countermachine.training.replay;

import io.countermachine.training.TrainingRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a row's parts one after the other. */
final class TrainingRowSerializer extends SimpleSerializer<TrainingRow> {
  private static final long serialVersionUID = 1L;
  private static final int NULL = -1;

  @Override
  public void serialize(TrainingRow row, DataOutputView target) throws IOException {
    target.writeLong(row.request());
    target.writeInt(row.candidate());
    target.writeLong(row.asOfMillis());
    writeTexts(row.keys(), target);
    target.writeInt(row.numbers().length);
    for (double number : row.numbers()) {
      target.writeDouble(number);
    }
    writeTexts(row.texts(), target);
    writeTexts(row.documents(), target);
    writeBytes(row.statuses(), target);
    writeBytes(row.labels(), target);
  }

  private static void writeTexts(String[] texts, DataOutputView target) throws IOException {
    target.writeInt(texts.length);
    for (String text : texts) {
      if (text == null) {
        target.writeInt(NULL);
      } else {
        writeBytes(text.getBytes(StandardCharsets.UTF_8), target);
      }
    }
  }

  private static void writeBytes(byte[] bytes, DataOutputView target) throws IOException {
    target.writeInt(bytes.length);
    target.write(bytes);
  }

  @Override
  public TrainingRow deserialize(DataInputView source) throws IOException {
    long request = source.readLong();
    int candidate = source.readInt();
    long asOfMillis = source.readLong();
    String[] keys = readTexts(source);
    double[] numbers = new double[source.readInt()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = source.readDouble();
    }
    return new TrainingRow(
        request,
        candidate,
        asOfMillis,
        keys,
        numbers,
        readTexts(source),
        readTexts(source),
        readBytes(source, source.readInt()),
        readBytes(source, source.readInt()));
  }

  private static String[] readTexts(DataInputView source) throws IOException {
    String[] texts = new String[source.readInt()];
    for (int i = 0; i < texts.length; i++) {
      int length = source.readInt();
      if (length != NULL) {
        texts[i] = new String(readBytes(source, length), StandardCharsets.UTF_8);
      }
    }
    return texts;
  }

  private static byte[] readBytes(DataInputView source, int length) throws IOException {
    byte[] bytes = new byte[length];
    source.readFully(bytes);
    return bytes;
  }

  @Override
  public TypeSerializer<TrainingRow> duplicate() {
    return new TrainingRowSerializer();
  }
}
