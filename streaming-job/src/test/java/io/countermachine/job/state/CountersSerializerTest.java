package io.countermachine.job.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.TestCatalogs;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountersSerializerTest {
  private static final List<Group> GROUPS = TestCatalogs.SMALL.catalog().groups();

  /**
   * Version 1 of the stored form: one group, "user", with the counts view and like and the sum
   * timespent, over 10s and lifetime. Savepoints hold these bytes; a release that cannot read them
   * breaks every running job.
   */
  private static final String SNAPSHOT_V1 =
      "00000001" // groups
          + "000475736572" // user
          + "00000003"
          + "000476696577" // view
          + "0005434f554e54" // COUNT
          + "00046c696b65" // like
          + "0005434f554e54" // COUNT
          + "000974696d657370656e74" // timespent
          + "000353554d" // SUM
          + "00000002"
          + "0003313073" // 10s
          + "0000000000002710" // 10,000 ms
          + "00086c69666574696d65" // lifetime
          + "7fffffffffffffff"; // never decays

  private static final String COUNTERS_V1 =
      "0000" // group 0
          + "00000000000003e8" // instant 1,000
          + "0001" // like
          + "3fe0000000000000" // 0.5
          + "4000000000000000" // 2
          + "ffff"; // end

  /** Version 2: the same, gone from 2024-02-10 23:53:19 UTC on, 1,707,609,199 seconds. */
  private static final String COUNTERS_V2 =
      "8000" // group 0, with an expiry
          + "00000000000003e8" // instant 1,000
          + "ef98a0ae06" // 1,707,609,199, seven bits a byte, the lowest first
          + "0001" // like
          + "3fe0000000000000" // 0.5
          + "4000000000000000" // 2
          + "ffff"; // end

  private static Counters user(CountersSerializer serializer) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(COUNTERS_V1)));
  }

  @Test
  void versionOne_isRead_andWrittenAgainToTheSameBytes() throws Exception {
    CountersSerializerSnapshot snapshot = new CountersSerializerSnapshot();
    snapshot.readSnapshot(
        1,
        new DataInputDeserializer(HexFormat.of().parseHex(SNAPSHOT_V1)),
        getClass().getClassLoader());
    CountersSerializer serializer = (CountersSerializer) snapshot.restoreSerializer();

    Counters counters = user(serializer);
    assertThat(counters.lastUpdateMillis()).isEqualTo(1_000);
    assertThat(counters.happened(0)).isFalse();
    assertThat(counters.stored(1, 0)).isEqualTo(0.5);
    assertThat(counters.stored(1, 1)).isEqualTo(2);

    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(counters, out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(COUNTERS_V1);
    out.clear();
    snapshot.writeSnapshot(out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(SNAPSHOT_V1);
  }

  @Test
  void versionTwo_isRead_andWrittenAgainToTheSameBytes() throws Exception {
    CountersSerializer serializer = CountersSerializer.of(List.of(GROUPS.get(0)));
    Counters counters =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(COUNTERS_V2)));
    assertThat(counters.expiresAtSeconds()).isEqualTo(1_707_609_199);
    assertThat(counters.lastUpdateMillis()).isEqualTo(1_000);
    assertThat(counters.stored(1, 1)).isEqualTo(2);

    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(counters, out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(COUNTERS_V2);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 127, 128, 4_294_967_296L, 33_000_000_000L})
  void everyExpiry_isReadAsItWasWritten(long seconds) throws Exception {
    CountersSerializer serializer = CountersSerializer.of(List.of(GROUPS.get(0)));
    Counters counters = user(serializer);
    counters.expireAt(seconds);
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer.serialize(counters, out);
    assertThat(
            serializer
                .deserialize(new DataInputDeserializer(out.getCopyOfBuffer()))
                .expiresAtSeconds())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {COUNTERS_V1, COUNTERS_V2})
  void copyOfBytes_isTheSameBytes(String bytes) throws IOException {
    CountersSerializer serializer = CountersSerializer.of(List.of(GROUPS.get(0)));
    // Too little room, so that it has to grow.
    DataOutputSerializer out = new DataOutputSerializer(1);
    serializer.copy(new DataInputDeserializer(HexFormat.of().parseHex(bytes)), out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(bytes);
  }

  @Test
  void copyOfCounters_isIndependent() throws IOException {
    CountersSerializer serializer = CountersSerializer.of(List.of(GROUPS.get(0)));
    Counters original = user(serializer);
    original.expireAt(7);
    Counters copy = serializer.copy(original);
    assertThat(copy.expiresAtSeconds()).isEqualTo(7);
    copy.add(1, 1, 1_000);
    assertThat(original.stored(1, 1)).isEqualTo(2);
    assertThat(copy.stored(1, 1)).isEqualTo(3);
  }

  @Test
  void changedForm_isRestoredAfterMigration_andTheSameFormAsItIs() {
    TypeSerializerSnapshot<Counters> old =
        CountersSerializer.of(List.of(GROUPS.get(0))).snapshotConfiguration();
    Group changed = TestCatalogs.CHANGED.catalog().group("user").orElseThrow();
    assertThat(
            CountersSerializer.of(List.of(GROUPS.get(0)))
                .snapshotConfiguration()
                .resolveSchemaCompatibility(old)
                .isCompatibleAsIs())
        .isTrue();
    assertThat(
            CountersSerializer.of(List.of(changed))
                .snapshotConfiguration()
                .resolveSchemaCompatibility(old)
                .isCompatibleAfterMigration())
        .isTrue();
  }

  @Test
  void laterVersion_isRefused() {
    assertThatThrownBy(
            () ->
                new CountersSerializerSnapshot()
                    .readSnapshot(3, new DataInputDeserializer(new byte[4]), null))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("form 3");
  }
}
