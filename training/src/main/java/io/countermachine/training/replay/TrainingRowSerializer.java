package io.countermachine.training.replay;

import io.countermachine.training.TrainingRow;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes the fields of a row in order. */
final class TrainingRowSerializer extends SimpleSerializer<TrainingRow> {
  private static final long serialVersionUID = 1L;

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
      writeBytes(text == null ? null : text.getBytes(StandardCharsets.UTF_8), target);
    }
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
        readBytes(source),
        readBytes(source));
  }

  private static String[] readTexts(DataInputView source) throws IOException {
    String[] texts = new String[source.readInt()];
    for (int i = 0; i < texts.length; i++) {
      byte[] bytes = readBytes(source);
      texts[i] = bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }
    return texts;
  }

  @Override
  public TypeSerializer<TrainingRow> duplicate() {
    return new TrainingRowSerializer();
  }
}
