package io.countermachine.job.state;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.countermachine.job.TestCatalogs;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CountersSerializerTest {
  private static final Schema USER =
      TestCatalogs.SMALL.catalog().group("user").orElseThrow().schema();
  private static final Schema CHANGED_USER =
      TestCatalogs.CHANGED.catalog().group("user").orElseThrow().schema();

  /**
   * Version 1 of the stored form: one group, "user", with the counts view and like and the sum
   * timespent, over 10s and lifetime. Savepoints contain these bytes; a release that cannot read
   * them breaks every running job.
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

  private static final String LAYOUT_V4 = "000c4f574e5f494e5354414e5453"; // OWN_INSTANTS

  private static final String COUNTERS_V1 =
      "0000" // group 0
          + "00000000000003e8" // instant 1,000
          + "0001" // like
          + "3fe0000000000000" // 0.5
          + "4000000000000000" // 2
          + "ffff"; // end

  /** Version 2: the same, expired from 2024-02-10 23:53:19 UTC on, 1,707,609,199 seconds. */
  private static final String COUNTERS_V2 =
      "8000" // group 0, with an expiry
          + "00000000000003e8" // instant 1,000
          + "ef98a0ae06" // 1,707,609,199, seven bits a byte, the lowest first
          + "0001" // like
          + "3fe0000000000000" // 0.5
          + "4000000000000000" // 2
          + "ffff"; // end

  /**
   * Version 3: the same, followed by a group "site" with a single key, whose events are in seconds,
   * with the percentiles "dwell#bins" of 5 % over lifetime, and the count "view" over the last 3 s
   * in panes of a second and over lifetime.
   */
  private static final String SNAPSHOT_V3 =
      "00000002" // groups
          + "000475736572" // user
          + "00000001" // a key field
          + "0006757365724964" // userId
          + "0000000000000001" // milliseconds
          + "00000002" // intervals
          + "0003313073" // 10s
          + "00054445434159" // DECAY
          + "0000000000002710" // 10,000 ms
          + "0000000000000000" // no step
          + "0000000000000000" // not kept
          + "00086c69666574696d65" // lifetime
          + "00084c49464554494d45" // LIFETIME
          + "7fffffffffffffff"
          + "0000000000000000"
          + "0000000000000000"
          + "00000003" // measures
          + "000476696577" // view
          + "0005434f554e54" // COUNT
          + "0000" // without parameters
          + "0000000200033130730008" // 10s and
          + "6c69666574696d65" // lifetime
          + "00046c696b65" // like
          + "0005434f554e540000"
          + "00000002000331307300086c69666574696d65"
          + "000974696d657370656e74" // timespent
          + "000353554d0000" // SUM
          + "00000002000331307300086c69666574696d65"
          + "000473697465" // site
          + "00000000" // no key field
          + "00000000000003e8" // seconds
          + "00000002" // intervals
          + "00076c6173745f3373" // last_3s
          + "00044c415354" // LAST
          + "0000000000000bb8" // 3,000 ms
          + "00000000000003e8" // in steps of 1,000
          + "0000000000000bb8" // kept as long
          + "00086c69666574696d65" // lifetime
          + "00084c49464554494d45"
          + "7fffffffffffffff"
          + "0000000000000000"
          + "0000000000000000"
          + "00000002" // measures
          + "000a6477656c6c2362696e73" // dwell#bins
          + "000442494e53" // BINS
          + "0004302e3035" // 0.05
          + "00000001" // interval
          + "00086c69666574696d65"
          + "000476696577" // view
          + "0005434f554e540000"
          + "00000002" // intervals
          + "00076c6173745f3373"
          + "00086c69666574696d65";

  /** Version 4: the same, and each form's layout after its name. */
  private static final String SNAPSHOT_V4 =
      SNAPSHOT_V3
          .replace("000475736572" + "00000001", "000475736572" + LAYOUT_V4 + "00000001")
          .replace("000473697465", "000473697465" + LAYOUT_V4);

  private static final String HASH_A = "0d78baac";
  private static final String HASH_B = "a44155a8";

  private static final Interval LAST_3S = Interval.last("last_3s", 3_000, 1_000);
  private static final Schema SITE =
      Schema.of(
          "site",
          List.of(),
          List.of(
              new Measure("dwell#bins", MeasureKind.bins(0.05), List.of(Interval.LIFETIME)),
              new Measure("view", MeasureKind.count(), List.of(LAST_3S, Interval.LIFETIME))),
          List.of(LAST_3S, Interval.LIFETIME),
          1_000);

  private static CountersSerializer restored(int version, String snapshot) throws IOException {
    return (CountersSerializer) snapshot(version, snapshot).restoreSerializer();
  }

  private static CountersSerializerSnapshot snapshot(int version, String bytes) throws IOException {
    CountersSerializerSnapshot snapshot = new CountersSerializerSnapshot();
    snapshot.readSnapshot(
        version,
        new DataInputDeserializer(HexFormat.of().parseHex(bytes)),
        CountersSerializerTest.class.getClassLoader());
    return snapshot;
  }

  private static byte[] bytes(TypeSerializer<Counters> serializer, Counters counters)
      throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(1);
    serializer.serialize(counters, out);
    return out.getCopyOfBuffer();
  }

  private static String hex(TypeSerializer<Counters> serializer, Counters counters)
      throws IOException {
    return HexFormat.of().formatHex(bytes(serializer, counters));
  }

  private static Counters user(CountersSerializer serializer) throws IOException {
    return serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(COUNTERS_V1)));
  }

  @Test
  void versionOne_isRead_andItsCountersAreWrittenToTheSameBytes() throws Exception {
    CountersSerializer serializer = restored(1, SNAPSHOT_V1);

    Counters counters = user(serializer);
    assertThat(counters.lastUpdateMillis()).isEqualTo(1_000);
    assertThat(counters.happened(0)).isFalse();
    assertThat(counters.stored(1, 0)).isEqualTo(0.5);
    assertThat(counters.stored(1, 1)).isEqualTo(2);
    assertThat(hex(serializer, counters)).isEqualTo(COUNTERS_V1);
  }

  @Test
  void versionTwo_isRead_andItsCountersAreWrittenToTheSameBytes() throws Exception {
    CountersSerializer serializer = restored(2, SNAPSHOT_V1);
    Counters counters =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(COUNTERS_V2)));
    assertThat(counters.expiresAtSeconds()).isEqualTo(1_707_609_199);
    assertThat(counters.lastUpdateMillis()).isEqualTo(1_000);
    assertThat(counters.stored(1, 1)).isEqualTo(2);
    assertThat(hex(serializer, counters)).isEqualTo(COUNTERS_V2);
  }

  /** Otherwise the state of every job would grow with this release. */
  @ParameterizedTest
  @ValueSource(strings = {COUNTERS_V1, COUNTERS_V2})
  void plainCounts_areOfTheBytesOfBefore(String bytes) throws Exception {
    CountersSerializer serializer = CountersSerializer.of(List.of(USER));
    Counters counters =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(bytes)));
    assertThat(counters.schema()).isSameAs(USER);
    assertThat(hex(serializer, counters)).isEqualTo(bytes);
  }

  /** Its layout is the current one if no mean or percentile decays. */
  @Test
  void versionThree_isRead() throws Exception {
    assertThat(restored(3, SNAPSHOT_V3).forms()).containsExactly(USER, SITE);
    assertThat(resolve(snapshot(3, SNAPSHOT_V3), USER, SITE).isCompatibleAsIs()).isTrue();
  }

  @Test
  void versionFour_isRead_andWrittenAgainToTheSameBytes() throws Exception {
    assertThat(restored(4, SNAPSHOT_V4).forms()).containsExactly(USER, SITE);
    DataOutputSerializer out = new DataOutputSerializer(64);
    CountersSerializer.of(List.of(USER, SITE)).snapshotConfiguration().writeSnapshot(out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(SNAPSHOT_V4);
  }

  private static final List<Interval> HOUR = List.of(Interval.decay("1h", 3_600_000));
  private static final Schema DWELL =
      Schema.of(
          "dwell",
          List.of("postId"),
          List.of(
              new Measure("dwell#bins", MeasureKind.bins(0.05), HOUR),
              new Measure("dwell#moments", MeasureKind.moments(), HOUR),
              new Measure("view", MeasureKind.count(), HOUR)),
          HOUR,
          1_000);

  /** Version 3 of the form of {@link #DWELL}. */
  private static final String DWELL_SNAPSHOT_V3 =
      "00000001" // groups
          + "00056477656c6c" // dwell
          + "00000001" // a key field
          + "0006706f73744964" // postId
          + "00000000000003e8" // seconds
          + "00000001" // interval
          + "00023168" // 1h
          + "00054445434159" // DECAY
          + "000000000036ee80" // 3,600,000 ms
          + "0000000000000000"
          + "0000000000000000"
          + "00000003" // measures
          + "000a6477656c6c2362696e73" // dwell#bins
          + "000442494e53" // BINS
          + "0004302e3035" // 0.05
          + "0000000100023168"
          + "000d6477656c6c236d6f6d656e7473" // dwell#moments
          + "00074d4f4d454e5453" // MOMENTS
          + "0000"
          + "0000000100023168"
          + "000476696577" // view
          + "0005434f554e540000"
          + "0000000100023168";

  /** Version 3 of a dwell of 0 and a view an hour later: the dwell weighs 1/e. */
  private static final String DWELL_V3 =
      "0000" // group 0
          + "000000000036ee80" // instant 3,600,000
          + "0000" // dwell#bins
          + "01" // bins
          + "00" // that of 0
          + "02" // an occurrence
          + "3fd78b56362cef38" // 1/e
          + "0001" // dwell#moments
          + "02" // an occurrence
          + "00" // around 0
          + "01" // no whole number
          + "3fd78b56362cef38" // 1/e
          + "00"
          + "00"
          + "0002" // view
          + "3ff0000000000000" // 1
          + "ffff"; // end

  /** The same, with each instant's age in milliseconds plus one, and weights as of it. */
  private static final String DWELL_V4 =
      "0000"
          + "000000000036ee80"
          + "0000"
          + "81dddb01" // 3,600,001
          + "01"
          + "00"
          + "02"
          + "3ff0000000000000" // 1
          + "0001"
          + "81dddb01"
          + "02"
          + "00"
          + "04" // 1, as twice a number whose lowest bit is its sign
          + "00"
          + "00"
          + "0002"
          + "3ff0000000000000"
          + "ffff";

  private static ItemValues dwell(Counters counters) {
    return ItemValues.of(
        ItemSchema.of(DWELL, List.of(Output.of(DWELL, 1, "mean"), Output.of(DWELL, 0, "p50"))),
        counters);
  }

  @Test
  void meansAndPercentiles_areOfTheseBytes_andComeBack() throws Exception {
    Counters counters = new Counters(DWELL);
    counters.add(0, new Occurrence().at(0).value(0));
    counters.add(1, new Occurrence().at(0).value(0));
    counters.add(2, 1, 3_600_000);
    CountersSerializer serializer = CountersSerializer.of(List.of(DWELL));
    assertThat(hex(serializer, counters)).isEqualTo(DWELL_V4);
    Counters read =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(DWELL_V4)));
    assertThat(hex(serializer, read)).isEqualTo(DWELL_V4);
  }

  @Test
  void meansAndPercentilesOfVersionThree_stayAsTheyAre_andAreConvertedWhenTouched()
      throws Exception {
    TypeSerializerSchemaCompatibility<Counters> compatibility =
        resolve(snapshot(3, DWELL_SNAPSHOT_V3), DWELL);
    assertThat(compatibility.isCompatibleWithReconfiguredSerializer()).isTrue();
    CountersSerializer serializer = (CountersSerializer) compatibility.getReconfiguredSerializer();
    assertThat(serializer.forms()).hasSize(2).endsWith(DWELL);

    Counters old =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(DWELL_V3)));
    assertThat(hex(serializer, old)).isEqualTo(DWELL_V3);
    DataOutputSerializer copied = new DataOutputSerializer(1);
    serializer.copy(new DataInputDeserializer(HexFormat.of().parseHex(DWELL_V3)), copied);
    assertThat(HexFormat.of().formatHex(copied.getCopyOfBuffer())).isEqualTo(DWELL_V3);

    Counters touched = old.as(DWELL);
    // 1/e of 0 and 1 of 10, an hour later.
    touched.add(0, new Occurrence().at(3_600_000).value(10));
    touched.add(1, new Occurrence().at(3_600_000).value(10));
    assertThat(dwell(touched).value(0, 0, 3_600_000))
        .isCloseTo(10 * Math.E / (1 + Math.E), withinPercentage(1e-10));
    assertThat(dwell(touched).value(1, 0, 3_600_000)).isCloseTo(10, withinPercentage(5));
    String written = hex(serializer, touched);
    assertThat(written).startsWith("0001" + "000000000036ee80" + "0000" + "01"); // of its instant
    Counters again =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(written)));
    assertThat(hex(serializer, again)).isEqualTo(written);
  }

  @Test
  void layoutOfALaterRelease_isRefusedWithWords() {
    String later = SNAPSHOT_V4.replace(LAYOUT_V4, LAYOUT_V4.replace("4f574e", "414c4c"));
    assertThatThrownBy(() -> snapshot(4, later))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("counters of the layout ALL_INSTANTS, which this release does not");
  }

  @Test
  void countersOfAnyKind_comeBack_alsoAfterACopyOfTheBytes() throws Exception {
    Counters counters = new Counters(SITE);
    Occurrence occurrence = new Occurrence();
    for (int second = 1; second <= 100; second++) {
      counters.add(0, occurrence.at(second * 1_000L).value(second));
      counters.add(1, occurrence.at(second * 1_000L));
    }
    counters.expireAt(7);
    CountersSerializer serializer = CountersSerializer.of(List.of(USER, SITE));
    byte[] written = bytes(serializer, counters);
    DataOutputSerializer copied = new DataOutputSerializer(1);
    serializer.copy(new DataInputDeserializer(written), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(written);

    Counters read = serializer.deserialize(new DataInputDeserializer(written));
    assertThat(read.expiresAtSeconds()).isEqualTo(7);
    ItemValues values =
        ItemValues.of(
            ItemSchema.of(SITE, List.of(Output.of(SITE, 0, "p50"), Output.of(SITE, 1, ""))), read);
    // The smallest value with half of the hundred at or below it, and the views of three seconds.
    assertThat(values.value(0, 1, 100_000)).isCloseTo(50, withinPercentage(5));
    assertThat(values.value(1, 0, 100_000)).isEqualTo(3);
    assertThat(values.value(1, 1, 100_000)).isEqualTo(100);
  }

  private static final Schema POST =
      Schema.of(
          "post",
          List.of("postId"),
          List.of(
              new Measure("likers", MeasureKind.uniques(0.07), List.of(Interval.LIFETIME)),
              new Measure(
                  "recent",
                  MeasureKind.list(
                      List.of("userId", "eventName"), 2, 604_800_000, Optional.of("device")),
                  List.of()),
              new Measure("created", MeasureKind.first("eventTs"), List.of()),
              new Measure("device", MeasureKind.last("device"), List.of()),
              new Measure("dwell#min", MeasureKind.min(), List.of(Interval.LIFETIME)),
              new Measure("dwell#max", MeasureKind.max(), List.of(Interval.LIFETIME))),
          List.of(Interval.LIFETIME),
          1_000);

  /**
   * Version 3 of kinds without retractions: user a at 7 s and b at 9 s. The two numbers of four
   * bytes are XXH3's upper halves over the names in UTF-16.
   */
  private static final String POST_V3 =
      "0000" // group 0
          + "0000000000002328" // instant 9,000
          + "0000" // likers
          + "02" // entries
          + "02" // the oldest is two seconds old
          + HASH_A
          + "02" // two seconds later
          + HASH_B
          + "0001" // recent
          + "02" // entries
          + "00" // the newest is of the instant
          + "0462" // a text of one byte, b
          + "076c696b65" // like
          + "0479" // y
          + "02" // two seconds older
          + "0461" // a
          + "076c696b65"
          + "0478" // x
          + "0002" // created
          + "01" // an entry
          + "02" // two seconds old
          + "020e" // a whole number, 7
          + "0003" // device
          + "0100" // an entry of the instant
          + "0479" // y
          + "0004" // dwell#min
          + "01" // no whole number
          + "4004000000000000" // 2.5
          + "0005" // dwell#max
          + "20" // 8
          + "ffff"; // end

  private static Counters post() {
    Counters counters = new Counters(POST);
    Occurrence occurrence = new Occurrence();
    Object[][] events = {{7L, "a", "x", 8.0}, {9L, "b", "y", 2.5}};
    for (Object[] event : events) {
      long seconds = (long) event[0];
      long instant = seconds * 1_000;
      counters.add(0, occurrence.at(instant).label((String) event[1]));
      Object[] listed = {event[1], "like", event[2]};
      counters.add(1, occurrence.at(instant).fields(listed));
      counters.add(2, occurrence.at(instant).fields(new Object[] {seconds}));
      counters.add(3, occurrence.at(instant).fields(new Object[] {event[2]}));
      counters.add(4, occurrence.at(instant).value((double) event[3]));
      counters.add(5, occurrence.at(instant).value((double) event[3]));
    }
    return counters;
  }

  @Test
  void uniquesAndEntries_areOfTheseBytes_andComeBack() throws Exception {
    CountersSerializer serializer = CountersSerializer.of(List.of(POST));
    assertThat(hex(serializer, post())).isEqualTo(POST_V3);

    Counters read =
        serializer.deserialize(new DataInputDeserializer(HexFormat.of().parseHex(POST_V3)));
    assertThat(hex(serializer, read)).isEqualTo(POST_V3);
    DataOutputSerializer copied = new DataOutputSerializer(1);
    serializer.copy(new DataInputDeserializer(HexFormat.of().parseHex(POST_V3)), copied);
    assertThat(HexFormat.of().formatHex(copied.getCopyOfBuffer())).isEqualTo(POST_V3);
    // The same events once more change nothing.
    read.merge(post());
    assertThat(hex(serializer, read)).isEqualTo(POST_V3);
  }

  @Test
  void parametersOfKinds_areInTheSnapshot() throws Exception {
    DataOutputSerializer out = new DataOutputSerializer(64);
    CountersSerializer.of(List.of(POST)).snapshotConfiguration().writeSnapshot(out);
    String text = new String(out.getCopyOfBuffer(), ISO_8859_1);
    assertThat(text)
        .contains("\0\7UNIQUES\0\0040.07")
        .contains("\0\4LIST\0#2,604800000,device,userId,eventName")
        .contains("\0\5FIRST\0\7eventTs")
        .contains("\0\4LAST\0\6device")
        .contains("\0\3MIN\0\0")
        .contains("\0\3MAX\0\0");
    assertThat(restored(4, HexFormat.of().formatHex(out.getCopyOfBuffer())).forms())
        .containsExactly(POST);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 127, 128, 4_294_967_296L, 33_000_000_000L})
  void everyExpiry_isReadAsItWasWritten(long seconds) throws Exception {
    CountersSerializer serializer = CountersSerializer.of(List.of(USER));
    Counters counters = user(serializer);
    counters.expireAt(seconds);
    assertThat(
            serializer
                .deserialize(new DataInputDeserializer(bytes(serializer, counters)))
                .expiresAtSeconds())
        .isEqualTo(seconds);
  }

  @ParameterizedTest
  @ValueSource(strings = {COUNTERS_V1, COUNTERS_V2})
  void copyOfBytes_isTheSameBytes(String bytes) throws IOException {
    CountersSerializer serializer = CountersSerializer.of(List.of(USER));
    // Too small, so that it has to grow.
    DataOutputSerializer out = new DataOutputSerializer(1);
    serializer.copy(new DataInputDeserializer(HexFormat.of().parseHex(bytes)), out);
    assertThat(HexFormat.of().formatHex(out.getCopyOfBuffer())).isEqualTo(bytes);
  }

  @Test
  void copyOfCounters_isIndependent() throws IOException {
    CountersSerializer serializer = CountersSerializer.of(List.of(USER));
    Counters original = user(serializer);
    original.expireAt(7);
    Counters copy = serializer.copy(original);
    assertThat(copy.expiresAtSeconds()).isEqualTo(7);
    copy.add(1, 1, 1_000);
    assertThat(original.stored(1, 1)).isEqualTo(2);
    assertThat(copy.stored(1, 1)).isEqualTo(3);
  }

  private static TypeSerializerSchemaCompatibility<Counters> resolve(
      TypeSerializerSnapshot<Counters> old, Schema... now) {
    return CountersSerializer.of(List.of(now))
        .snapshotConfiguration()
        .resolveSchemaCompatibility(old);
  }

  @Test
  void sameForm_isTakenAsItIs() {
    TypeSerializerSnapshot<Counters> old =
        CountersSerializer.of(List.of(USER)).snapshotConfiguration();
    assertThat(resolve(old, USER).isCompatibleAsIs()).isTrue();
  }

  /** Nothing is migrated: existing entries stay in their form. */
  @Test
  void changedForm_isAppended_andEachEntryTellsItsOwn() throws Exception {
    TypeSerializerSchemaCompatibility<Counters> compatibility =
        resolve(snapshot(1, SNAPSHOT_V1), CHANGED_USER);
    assertThat(compatibility.isCompatibleWithReconfiguredSerializer()).isTrue();
    CountersSerializer reconfigured =
        (CountersSerializer) compatibility.getReconfiguredSerializer();
    assertThat(reconfigured.forms()).hasSize(2).endsWith(CHANGED_USER);

    Counters old = user(reconfigured);
    assertThat(hex(reconfigured, old)).isEqualTo(COUNTERS_V1);
    Counters converted = old.as(CHANGED_USER);
    // Share is new there, and comes before like; 1h is new, and comes before lifetime.
    assertThat(hex(reconfigured, converted))
        .isEqualTo(
            "0001"
                + "00000000000003e8"
                + "0001"
                + "0000000000000000"
                + "4000000000000000"
                + "ffff");
  }

  @Test
  void formsOfEarlierChanges_stay_andOneThatComesBackIsNotAddedAgain() {
    TypeSerializerSnapshot<Counters> changedOnce =
        resolve(CountersSerializer.of(List.of(USER)).snapshotConfiguration(), CHANGED_USER)
            .getReconfiguredSerializer()
            .snapshotConfiguration();
    CountersSerializer again =
        (CountersSerializer) resolve(changedOnce, CHANGED_USER).getReconfiguredSerializer();
    assertThat(again.forms()).containsExactly(USER, CHANGED_USER);
    CountersSerializer back =
        (CountersSerializer) resolve(changedOnce, USER).getReconfiguredSerializer();
    assertThat(back.forms()).containsExactly(USER, CHANGED_USER);
  }

  @Test
  void anotherKeyUnderTheSameName_isRefusedWithWords() {
    Schema other = Schema.of("user", List.of("creatorId"), USER.measures(), USER.intervals(), 1);
    TypeSerializerSnapshot<Counters> old =
        CountersSerializer.of(List.of(USER)).snapshotConfiguration();
    assertThatThrownBy(() -> resolve(old, other))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining(
            "group user has counters by the key [userId] in the restored state, and the catalog"
                + " now says [creatorId]");
  }

  @Test
  void kindOfALaterRelease_isRefusedWithWords() {
    String later = SNAPSHOT_V3.replace("000442494e53", "0004544f5053"); // TOPS for BINS
    assertThatThrownBy(() -> snapshot(3, later))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("measures of the kind TOPS 0.05, which this release does not know");
  }

  @Test
  void laterVersion_isRefused() {
    assertThatThrownBy(
            () ->
                new CountersSerializerSnapshot()
                    .readSnapshot(5, new DataInputDeserializer(new byte[4]), null))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("form 5");
  }
}
