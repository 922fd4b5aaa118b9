package io.countermachine.job.state;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Flink's type of the counters of some groups. */
public final class CountersTypeInfo extends TypeInformation<Counters> {
  private static final long serialVersionUID = 1L;

  private final CountersSerializer serializer;

  private CountersTypeInfo(CountersSerializer serializer) {
    this.serializer = serializer;
  }

  public static CountersTypeInfo of(List<Group> groups) {
    return new CountersTypeInfo(CountersSerializer.of(groups));
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
  public Class<Counters> getTypeClass() {
    return Counters.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<Counters> createSerializer(SerializerConfig config) {
    return serializer.duplicate();
  }

  /** The form of this method that Flink 1.20 still calls. */
  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester")
  public TypeSerializer<Counters> createSerializer(ExecutionConfig config) {
    return serializer.duplicate();
  }

  @Override
  public String toString() {
    return "Counters";
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CountersTypeInfo type && type.serializer.equals(serializer);
  }

  @Override
  public int hashCode() {
    return serializer.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof CountersTypeInfo;
  }
}
