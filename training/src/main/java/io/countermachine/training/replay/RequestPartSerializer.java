package io.countermachine.training.replay;

import io.countermachine.service.evaluate.KeyValuesCodec;
import io.countermachine.training.replay.RequestPart.Followed;
import io.countermachine.training.replay.RequestPart.Line;
import io.countermachine.training.replay.RequestPart.Newest;
import io.countermachine.training.replay.RequestPart.Values;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Writes a byte for the kind of part, and then its content. */
final class RequestPartSerializer extends SimpleSerializer<RequestPart> {
  private static final long serialVersionUID = 1L;
  private static final int NEWEST = 0;
  private static final int LINE = 1;
  private static final int VALUES = 2;
  private static final int FOLLOWED = 3;

  @Override
  public void serialize(RequestPart part, DataOutputView target) throws IOException {
    if (part instanceof Newest newest) {
      target.writeByte(NEWEST);
      target.writeLong(newest.millis());
    } else if (part instanceof Line line) {
      target.writeByte(LINE);
      target.writeLong(line.request());
      target.writeInt(line.line().length);
      target.write(line.line());
    } else if (part instanceof Values values) {
      target.writeByte(VALUES);
      target.writeLong(values.request());
      target.writeInt(values.number());
      KeyValuesCodec.write(values.values(), target);
    } else {
      Followed followed = (Followed) part;
      target.writeByte(FOLLOWED);
      target.writeLong(followed.request());
      target.writeInt(followed.number());
      target.writeBoolean(followed.followed());
    }
  }

  @Override
  public RequestPart deserialize(DataInputView source) throws IOException {
    int kind = source.readByte();
    long number = source.readLong();
    return switch (kind) {
      case NEWEST -> new Newest(number);
      case LINE -> {
        byte[] line = new byte[source.readInt()];
        source.readFully(line);
        yield new Line(number, line);
      }
      case VALUES -> new Values(number, source.readInt(), KeyValuesCodec.read(source));
      case FOLLOWED -> new Followed(number, source.readInt(), source.readBoolean());
      default -> throw new IOException("no kind of part has the number " + kind);
    };
  }

  @Override
  public TypeSerializer<RequestPart> duplicate() {
    return new RequestPartSerializer();
  }
}
