package io.countermachine.job.ingest;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializes the values of an event's fields, each with a byte for its type. */
final class FieldValues {
  private static final int NULL = 0;
  private static final int LONG = 1;
  private static final int DOUBLE = 2;
  private static final int FALSE = 3;
  private static final int TRUE = 4;
  private static final int TEXT = 5;

  private FieldValues() {}

  static void write(Object[] values, NullableTextCodec texts, DataOutputView target)
      throws IOException {
    target.writeInt(values.length);
    for (Object value : values) {
      if (value instanceof String text) {
        target.writeByte(TEXT);
        texts.write(text, target);
      } else if (value instanceof Long number) {
        target.writeByte(LONG);
        target.writeLong(number);
      } else if (value instanceof Double number) {
        target.writeByte(DOUBLE);
        target.writeDouble(number);
      } else if (value instanceof Boolean truth) {
        target.writeByte(truth ? TRUE : FALSE);
      } else {
        target.writeByte(NULL);
      }
    }
  }

  static Object[] read(NullableTextCodec texts, DataInputView source) throws IOException {
    int count = source.readInt();
    if (count == 0) {
      return Event.NO_FIELDS;
    }
    Object[] values = new Object[count];
    for (int i = 0; i < count; i++) {
      int type = source.readByte();
      values[i] =
          switch (type) {
            case NULL -> null;
            case LONG -> (Object) source.readLong();
            case DOUBLE -> source.readDouble();
            case FALSE -> false;
            case TRUE -> true;
            case TEXT -> texts.read(source);
            default -> throw new IOException("unknown type of field: " + type);
          };
    }
    return values;
  }
}
