package io.countermachine.job.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshotSerializationUtil;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventSerializerTest {
  private static final long T0 = 1_707_605_599_000L;

  /** The limits of the byte's and of the char's range, and unpaired surrogates. */
  private static final String[] PIECES = {
    "a", "|", "\\", " ", "\0", "\u007F", "\u0080", "\u00FF", "\u0100", "\uFFFF", "\uD800", "\uDC00"
  };

  private final TypeSerializer<Event> serializer =
      IngestTypes.event().createSerializer(new SerializerConfigImpl());

  private static byte[] written(TypeSerializer<Event> serializer, Event... events)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    for (Event event : events) {
      serializer.serialize(event, out);
    }
    return out.getCopyOfBuffer();
  }

  private static void assertSame(Event read, Event event) {
    assertThat(read.type()).isEqualTo(event.type());
    assertThat(read.timeMillis()).isEqualTo(event.timeMillis());
    assertThat(read.recordMillis()).isEqualTo(event.recordMillis());
    assertThat(Double.doubleToRawLongBits(read.value()))
        .isEqualTo(Double.doubleToRawLongBits(event.value()));
    assertThat(read.id()).isEqualTo(event.id());
    assertThat(read.keys()).isEqualTo(event.keys());
    assertThat(read.moreKeys()).isEqualTo(event.moreKeys());
    assertThat(read.fields()).isEqualTo(event.fields());
    assertThat(read.derived()).isEqualTo(event.derived());
    assertThat(read.weights()).isEqualTo(event.weights());
  }

  /** Reads the events one after the other, and checks that nothing follows them. */
  private void assertRead(byte[] bytes, Event... events) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    for (Event event : events) {
      assertSame(serializer.deserialize(in), event);
    }
    assertThat(in.available()).isZero();
  }

  private static Event event(String id, String... keys) {
    return new Event(3, T0, T0 + 1, -0.0, id, keys, null);
  }

  @Test
  void bytesOfAnEarlierForm_areRefused_withWhatToDo() {
    // Flink's form of a record starts with a flag, 2 for the exact class; our first form starts
    // with the type, and has no fields.
    for (String other :
        List.of("02000000000300000001", "000000030000018d9539a318", "200000030000018d9539a318")) {
      assertThatThrownBy(
              () ->
                  serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(other))))
          .isInstanceOf(SuppressRestartsException.class)
          .rootCause()
          .hasMessageContaining("go on from a savepoint");
    }
  }

  @Test
  void events_areWrittenAsTheirParts() throws IOException {
    // Form and type, time, the record's time, value; the id's length and bytes; two keys: none, and
    // one with two wide characters; no more keys.
    assertThat(HexFormat.of().formatHex(written(serializer, event("é1", null, "|\u0100"))))
        .isEqualTo(
            "30000003"
                + "0000018d9539a318"
                + "0000018d9539a319"
                + "8000000000000000"
                + "00000002"
                + "e931"
                + "00000002"
                + "ffffffff"
                + "fffffffc"
                + "007c"
                + "0100"
                + "00" // no more keys
                + "00000000" // no field
                + "00000000"); // nothing is made of it
  }

  @Test
  void randomEvents_comeBack_alsoAfterACopyOfTheBytes() throws IOException {
    Random random = new Random(11);
    Event[] events = new Event[2_000];
    Arrays.setAll(events, i -> randomEvent(random));
    byte[] bytes = written(serializer, events);
    assertRead(bytes, events);

    DataOutputSerializer copied = new DataOutputSerializer(64);
    DataInputDeserializer source = new DataInputDeserializer(bytes);
    for (int i = 0; i < events.length; i++) {
      serializer.copy(source, copied);
    }
    assertThat(copied.getCopyOfBuffer()).isEqualTo(bytes);
  }

  private static Event randomEvent(Random random) {
    String[] keys = new String[random.nextInt(8)];
    Arrays.setAll(keys, i -> randomText(random));
    int[] derived = random.nextBoolean() ? null : new int[] {random.nextInt(100), 7};
    return new Event(
        random.nextInt(1 << 24),
        random.nextLong(),
        random.nextLong(),
        random.nextDouble(),
        randomText(random),
        keys,
        random.nextBoolean() ? null : randomMoreKeys(random, keys.length),
        randomFields(random),
        derived,
        derived == null ? null : new double[] {random.nextDouble(), -2});
  }

  private static Object[] randomFields(Random random) {
    Object[] fields = new Object[random.nextInt(6)];
    Arrays.setAll(
        fields,
        i ->
            switch (random.nextInt(4)) {
              case 0 -> randomText(random);
              case 1 -> (Object) random.nextLong();
              case 2 -> random.nextDouble();
              default -> random.nextBoolean();
            });
    return fields;
  }

  private static String[][] randomMoreKeys(Random random, int groups) {
    String[][] moreKeys = new String[groups][];
    for (int group = 0; group < groups; group++) {
      if (random.nextBoolean()) {
        moreKeys[group] = new String[1 + random.nextInt(3)];
        Arrays.setAll(moreKeys[group], i -> randomText(random));
      }
    }
    return moreKeys;
  }

  private static String randomText(Random random) {
    if (random.nextInt(4) == 0) {
      return null;
    }
    StringBuilder text = new StringBuilder();
    // Half of the texts have one byte for each character.
    int pieces = random.nextBoolean() ? 8 : PIECES.length;
    for (int length = random.nextInt(10); length > 0; length--) {
      text.append(PIECES[random.nextInt(pieces)]);
    }
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2047, 2048, 2049, 1_000_000})
  void textsOfAnyLength_comeBack(int length) throws IOException {
    Event[] events = {
      event("a".repeat(length), "b", "\uD83D".repeat(length)),
      event("c", "é".repeat(length), "d"),
      event("x".repeat(length) + "\u20AC", "e")
    };
    assertRead(written(serializer, events), events);
  }

  @Test
  void duplicate_isEqual_andHasBytesOfItsOwn() throws IOException {
    TypeSerializer<Event> duplicate = serializer.duplicate();
    assertThat(duplicate).isEqualTo(serializer).hasSameHashCodeAs(serializer);
    assertThat(duplicate).isNotSameAs(serializer);
    assertThat(written(duplicate, event("i", "k"))).isEqualTo(written(serializer, event("i", "k")));
  }

  @Test
  void snapshot_givesTheSerializerBack_andIsCompatible() throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    TypeSerializerSnapshotSerializationUtil.writeSerializerSnapshot(
        out, serializer.snapshotConfiguration());
    TypeSerializerSnapshot<Event> read =
        TypeSerializerSnapshotSerializationUtil.readSerializerSnapshot(
            new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

    assertThat(read.restoreSerializer()).isEqualTo(serializer);
    assertThat(
            serializer.snapshotConfiguration().resolveSchemaCompatibility(read).isCompatibleAsIs())
        .isTrue();
  }

  /** Like Flink, if several threads write. */
  @Test
  void typeInformation_givesASerializerToEach() {
    List<TypeSerializer<Event>> serializers =
        List.of(
            IngestTypes.event().createSerializer(new SerializerConfigImpl()),
            IngestTypes.event().createSerializer(new SerializerConfigImpl()));
    assertThat(serializers.get(0)).isInstanceOf(EventSerializer.class);
    assertThat(serializers.get(0)).isNotSameAs(serializers.get(1));
    assertThat(IngestTypes.event()).isEqualTo(IngestTypes.event());
  }
}
