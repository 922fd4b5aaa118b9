package io.countermachine.service.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.measure.LabelValue;
import io.countermachine.measure.TimedEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeyValuesCodecTest {
  private static KeyValues roundTrip(KeyValues values) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    KeyValuesCodec.write(values, new DataOutputStream(bytes));
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    KeyValues read = KeyValuesCodec.read(in);
    assertThat(in.available()).isZero();
    return read;
  }

  @Test
  void numbers_comeBackWithTheirStatuses() throws IOException {
    KeyValues values = new KeyValues(Status.values().length, false);
    for (Status status : Status.values()) {
      values.set(status.index(), status.index() / 3.0, status);
    }
    values.setNone(Status.NO_KEY.index(), Status.NO_KEY);

    KeyValues read = roundTrip(values);

    assertThat(read.size()).isEqualTo(Status.values().length);
    for (Status status : Status.values()) {
      assertThat(read.status(status.index())).isEqualTo(status);
      assertThat(read.value(status.index()))
          .isEqualTo(Double.valueOf(values.value(status.index())));
      assertThat(read.object(status.index())).isNull();
    }
  }

  @Test
  void mapsAndTexts_comeBackInTheirOrder() throws IOException {
    List<LabelValue> labels =
        List.of(
            new LabelValue("\u4e16", 3.5), new LabelValue("a", 1e-300), new LabelValue("other", 2));
    KeyValues values = new KeyValues(4, true);
    values.set(0, Double.NaN, labels, Status.OK);
    values.set(1, 0.25, Status.NEWER);
    values.set(2, Double.NaN, "text", Status.STALE);
    values.set(3, Double.NaN, List.of(), Status.NOT_FOUND);

    KeyValues read = roundTrip(values);

    assertThat(read.object(0)).isEqualTo(labels);
    assertThat(read.value(0)).isNaN();
    assertThat(read.value(1)).isEqualTo(0.25);
    assertThat(read.object(1)).isNull();
    assertThat(read.object(2)).isEqualTo("text");
    assertThat(read.object(3)).isEqualTo(List.of());
    assertThat(read.status(2)).isEqualTo(Status.STALE);
  }

  @Test
  void entriesAndScalars_comeBackWithTheirTypes() throws IOException {
    ListEntries list =
        new ListEntries(
            List.of("userId", "price"),
            List.of(
                new TimedEntry(1_707_605_599_000L, 9_007_199_254_740_993L, 0.5),
                new TimedEntry(-1, "u1", null)));
    KeyValues values = new KeyValues(4, true);
    values.set(0, Double.NaN, list, Status.OK);
    values.set(3, Double.NaN, Set.of("p1", "\u4e16", ""), Status.OK);
    values.set(1, 9.007199254740992e15, 9_007_199_254_740_993L, Status.OK);
    values.set(2, 0.1, 0.1, Status.NEWER);

    KeyValues read = roundTrip(values);

    assertThat(read.object(0)).isEqualTo(list);
    assertThat(read.object(1)).isEqualTo(9_007_199_254_740_993L);
    assertThat(read.value(1)).isEqualTo(9.007199254740992e15);
    assertThat(read.object(2)).isEqualTo(0.1);
    // The texts that contains searches.
    assertThat(read.object(3)).isEqualTo(Set.of("p1", "\u4e16", ""));
  }
}
