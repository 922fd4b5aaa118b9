package io.countermachine.job.source;

import io.countermachine.job.state.UnusableState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * The stored form of a position. Version numbers below {@link #FIRST} are the Kafka connector's
 * own, in which earlier releases wrote positions.
 */
final class IdentifiedSplitSerializer implements SimpleVersionedSerializer<IdentifiedSplit> {
  static final int FIRST = 1000;

  private final SimpleVersionedSerializer<KafkaPartitionSplit> splits;

  IdentifiedSplitSerializer(SimpleVersionedSerializer<KafkaPartitionSplit> splits) {
    this.splits = splits;
  }

  @Override
  public int getVersion() {
    return FIRST;
  }

  @Override
  public byte[] serialize(IdentifiedSplit split) throws IOException {
    byte[] inner = splits.serialize(split.split());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(split.topic().clusterId());
      out.writeUTF(split.topic().topicId());
      out.writeInt(splits.getVersion());
      out.writeInt(inner.length);
      out.write(inner);
    }
    return bytes.toByteArray();
  }

  @Override
  public IdentifiedSplit deserialize(int version, byte[] serialized) throws IOException {
    if (version < FIRST) {
      return new IdentifiedSplit(splits.deserialize(version, serialized), TopicIdentity.UNKNOWN);
    }
    if (version > FIRST) {
      throw UnusableState.ofLaterRelease("positions", version, FIRST);
    }
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized))) {
      TopicIdentity topic = new TopicIdentity(in.readUTF(), in.readUTF());
      int innerVersion = in.readInt();
      return new IdentifiedSplit(
          splits.deserialize(innerVersion, in.readNBytes(in.readInt())), topic);
    }
  }
}
