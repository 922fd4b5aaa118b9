package io.countermachine.job.counting;

import io.countermachine.catalog.Group;
import io.countermachine.job.state.CountersSerializer;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Flink's type of what is shuffled. */
final class KeyedCountersTypeInfo extends TypeInformation<KeyedCounters> {
  private static final long serialVersionUID = 1L;

  private final KeyedCountersSerializer serializer;

  KeyedCountersTypeInfo(List<Group> groups) {
    serializer = new KeyedCountersSerializer(CountersSerializer.of(groups));
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<KeyedCounters> getTypeClass() {
    return KeyedCounters.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<KeyedCounters> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  /** The form of this method that Flink 1.20 still calls. */
  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public TypeSerializer<KeyedCounters> createSerializer(ExecutionConfig config) {
    return serializer.duplicate();
  }

  @Override
  public String toString() {
    return "KeyedCounters";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KeyedCountersTypeInfo type && type.serializer.equals(serializer);
  }

  @Override
  public int hashCode() {
    return serializer.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof KeyedCountersTypeInfo;
  }
}
