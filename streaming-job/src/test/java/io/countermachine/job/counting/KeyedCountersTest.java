package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.TestCatalogs;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.measure.Counters;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.types.StringValue;
import org.junit.jupiter.api.Test;

class KeyedCountersTest {
  private static final long T0 = 1_707_605_599_000L;

  private final TypeSerializer<KeyedCounters> serializer =
      CountingTypes.keyedCounters(TestCatalogs.SMALL.catalog())
          .createSerializer(new SerializerConfigImpl());

  private static KeyedCounters sample(String key) {
    Counters counters = new Counters(TestCatalogs.SMALL.catalog().groups().get(0).schema());
    counters.add(1, 3, T0);
    return new KeyedCounters(key, counters);
  }

  @Test
  void keyAndCounters_comeBack_alsoAfterACopyOfTheBytes() throws IOException {
    DataOutputSerializer written = new DataOutputSerializer(64);
    serializer.serialize(sample("é|p"), written);
    serializer.serialize(sample(""), written);
    DataOutputSerializer copied = new DataOutputSerializer(64);
    DataInputDeserializer source = new DataInputDeserializer(written.getCopyOfBuffer());
    serializer.copy(source, copied);
    serializer.copy(source, copied);

    DataInputDeserializer in = new DataInputDeserializer(copied.getCopyOfBuffer());
    KeyedCounters first = serializer.deserialize(in);
    KeyedCounters second = serializer.deserialize(in);

    assertThat(first.key()).isEqualTo("é|p");
    assertThat(second.key()).isEmpty();
    assertThat(first.counters().lastUpdateMillis()).isEqualTo(T0);
    assertThat(first.counters().happened(0)).isFalse();
    assertThat(first.counters().stored(1, 0)).isEqualTo(3.0);
    assertThat(in.available()).isZero();
  }

  /** Unaligned checkpoints of every release contain this form. */
  @Test
  void form_isTheKey_andThenTheCounters() throws IOException {
    DataOutputSerializer expected = new DataOutputSerializer(64);
    StringValue.writeString("é|p", expected);
    CountersSerializer.of(List.of(sample("").counters().schema()))
        .serialize(sample("").counters(), expected);

    DataOutputSerializer written = new DataOutputSerializer(64);
    serializer.serialize(sample("é|p"), written);

    assertThat(written.getCopyOfBuffer()).isEqualTo(expected.getCopyOfBuffer());
  }

  @Test
  void copy_sharesNoCounters() {
    KeyedCounters original = sample("k");
    KeyedCounters copy = serializer.copy(original);
    original.counters().add(1, 1, T0);

    assertThat(copy.counters().stored(1, 0)).isEqualTo(3.0);
  }

  @Test
  void duplicate_isEqual() {
    assertThat(serializer.duplicate()).isEqualTo(serializer).hasSameHashCodeAs(serializer);
  }
}
