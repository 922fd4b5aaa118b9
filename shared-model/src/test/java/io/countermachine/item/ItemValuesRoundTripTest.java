package io.countermachine.item;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Panes;
import io.countermachine.measure.Schema;
import io.countermachine.measure.TimedEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items with every form of output and random values are read as they were written. */
class ItemValuesRoundTripTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();
  private static final int ITEMS = 1_500;
  private static final long BASE = 1_707_605_599_000L;
  private static final double SMALLEST = 1e-130;
  private static final double LARGEST = 9.99e125;
  private static final String[] LABELS = {
    "DE", "other", "", "a \"quoted\\", "漢", "\ud83d\ude00", "c"
  };

  private static final List<Interval> INTERVALS =
      List.of(
          Interval.last("last_1m", 60_000, 1_000),
          Interval.decay("5s", 5_000),
          Interval.session("session_10m", 600_000),
          Interval.LIFETIME,
          Interval.each("each_1d", 86_400_000, 864_000_000),
          Interval.decay("1h", 3_600_000),
          Interval.decay("2h", 7_200_000),
          Interval.decay("3h", 10_800_000),
          Interval.decay("4h", 14_400_000));

  private static final List<ItemSchema> SCHEMAS = List.of(all(INTERVALS), plain());

  private static ItemSchema all(List<Interval> intervals) {
    List<MeasureKind> kinds =
        List.of(
            MeasureKind.count(),
            MeasureKind.sum(),
            MeasureKind.moments(),
            MeasureKind.bins(0.05),
            MeasureKind.histogram(3),
            MeasureKind.count(),
            MeasureKind.uniques(0.07),
            MeasureKind.min(),
            MeasureKind.max(),
            MeasureKind.list(List.of("a", "b c"), 5, 60_000, Optional.of("hidden")),
            MeasureKind.first("a"),
            MeasureKind.last("a"));
    List<Measure> measures = new ArrayList<>();
    for (int i = 0; i < kinds.size(); i++) {
      // One output has only windows.
      List<Interval> own = i == 5 ? intervals.subList(0, 1) : intervals;
      MeasureKind kind = kinds.get(i);
      measures.add(
          new Measure(
              "m" + i + (kind.form() == Form.CONSTANT ? "#part" : ""),
              kind,
              own.stream().filter(interval -> kind.refusal(interval).isEmpty()).toList()));
    }
    Schema schema = Schema.of("group", List.of("a", "b"), measures, intervals, 1_000);
    return ItemSchema.of(
        schema,
        List.of(
            Output.of(schema, 0, ""),
            Output.of(schema, 1, ""),
            Output.of(schema, 2, "mean"),
            Output.of(schema, 2, "stddev"),
            Output.of(schema, 3, "p50"),
            Output.of(schema, 4, ""),
            Output.of(schema, 5, ""),
            Output.of(schema, 6, ""),
            Output.of(schema, 7, "min"),
            Output.of(schema, 8, "max"),
            Output.of(schema, 9, ""),
            Output.of(schema, 10, ""),
            Output.of(schema, 11, "")));
  }

  private static ItemSchema plain() {
    List<Interval> decayed = INTERVALS.stream().filter(Interval::isDecayed).toList();
    return ItemSchema.of(
        Schema.of(
            "plain",
            List.of(),
            List.of(
                new Measure("view", MeasureKind.count(), decayed),
                new Measure("like", MeasureKind.count(), decayed.subList(1, 3))),
            decayed,
            1_000));
  }

  @Test
  void items_areReadAsTheyWereWritten_inBothForms_byBothWriters() throws IOException {
    Random random = new Random(17);
    ItemJson packed = new ItemJson(ItemFormat.PACKED);
    ItemJson readable = new ItemJson(ItemFormat.READABLE);
    for (int i = 0; i < ITEMS; i++) {
      ItemSchema schema = SCHEMAS.get(random.nextInt(SCHEMAS.size()));
      ItemValues values = values(schema, random);
      OptionalLong expiresAt =
          random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextInt(1 << 30));

      Map<String, AttributeValue> packedItem =
          ItemCodec.encode("k|1", values, expiresAt, ItemFormat.PACKED);
      Map<String, AttributeValue> readableItem =
          StoredValuesTest.attributes(LIBRARY.readTree(readable.encode("k|1", values, expiresAt)));
      for (Map<String, AttributeValue> item : List.of(packedItem, readableItem)) {
        StoredItem read = ItemCodec.decode(item, schema);
        assertThat(read.expiresAtSeconds()).isEqualTo(expiresAt);
        checkSame(values, read.values());
      }
      assertThat(plain(ItemCodec.readable(packedItem))).isEqualTo(plain(readableItem));
      JsonNode json = LIBRARY.readTree(packed.encode("k|1", values, expiresAt));
      assertThat(SdkBytes.fromByteArray(json.at("/packed/B").binaryValue()))
          .isEqualTo(packedItem.get("packed").b());
    }
  }

  /** An item without the SDK's objects. The same double may have different texts. */
  private static Map<String, Object> plain(Map<String, AttributeValue> item) {
    Map<String, Object> plain = new HashMap<>();
    item.forEach((name, value) -> plain.put(name, plain(value)));
    return plain;
  }

  private static Object plain(AttributeValue value) {
    if (value.hasM()) {
      return plain(value.m());
    }
    if (value.hasL()) {
      return value.l().stream().map(ItemValuesRoundTripTest::plain).toList();
    }
    return value.n() == null ? value.s() : Double.valueOf(value.n());
  }

  private static Double clipped(double value) {
    return Math.abs(value) < SMALLEST ? 0.0 : Math.max(-LARGEST, Math.min(LARGEST, value));
  }

  private static void checkSame(ItemValues written, ItemValues read) {
    ItemSchema schema = written.schema();
    assertThat(read.lastUpdateMillis()).isEqualTo(written.lastUpdateMillis());
    assertThat(read.sessionEndMillis()).isEqualTo(written.sessionEndMillis());
    for (int output = 0; output < schema.outputs().size(); output++) {
      assertThat(read.entries(output)).isEqualTo(written.entries(output));
      boolean anyPane = false;
      for (int interval = 0; interval < schema.schema().intervals().size(); interval++) {
        assertThat(read.stored(output, interval))
            .isEqualTo(clipped(written.stored(output, interval)));
        anyPane |= checkPanes(written.panes(output, interval), read.panes(output, interval));
        for (String label : LABELS) {
          assertThat(read.labelNumber(output, label, interval))
              .isEqualTo(clipped(written.labelNumber(output, label, interval)));
          checkPanes(
              written.labelPanes(output, label, interval),
              read.labelPanes(output, label, interval));
        }
      }
      if (anyPane) {
        assertThat(read.center(output)).isEqualTo(clipped(written.center(output)));
      }
    }
  }

  /** Returns true if there is any pane. */
  private static boolean checkPanes(Panes written, Panes read) {
    int next = 0;
    for (int pane = 0; written != null && pane < written.size(); pane++) {
      boolean isZero = true;
      for (int lane = 0; lane < written.lanes(); lane++) {
        isZero &= clipped(written.value(pane, lane)) == 0;
      }
      if (isZero && written.isZeroNothing()) {
        continue;
      }
      assertThat(read.start(next)).isEqualTo(written.start(pane));
      for (int lane = 0; lane < written.lanes(); lane++) {
        assertThat(read.value(next, lane)).isEqualTo(clipped(written.value(pane, lane)));
      }
      next++;
    }
    assertThat(read == null ? 0 : read.size()).isEqualTo(next);
    return next > 0;
  }

  private static ItemValues values(ItemSchema schema, Random random) {
    ItemValues values = new ItemValues(schema);
    values.lastUpdate(BASE + random.nextInt(1_000_000));
    if (schema.hasPanes() && random.nextBoolean()) {
      values.sessionEnd(values.lastUpdateMillis() - random.nextInt(1_000_000));
    }
    for (int output = 0; output < schema.outputs().size(); output++) {
      if (random.nextInt(4) == 0) {
        continue;
      }
      values.center(output, schema.output(output).kind().paneLanes() > 1 ? value(random) : 0);
      Form form = schema.output(output).form();
      if (!form.hasIntervals()) {
        values.entries(output, entries(schema.output(output), random));
      }
      for (int interval : schema.numberIntervals(output)) {
        if (form == Form.LABELS) {
          values.label(output, LABELS[random.nextInt(LABELS.length)], interval, value(random));
        } else if (random.nextInt(4) > 0) {
          boolean undefined = form == Form.CONSTANT && random.nextInt(8) == 0;
          values.number(output, interval, undefined ? Double.NaN : value(random));
        }
      }
      for (int interval : schema.paneIntervals(output)) {
        if (form == Form.LABELS) {
          String label = LABELS[random.nextInt(LABELS.length)];
          fill(values.labelPanesToFill(output, label, interval), interval, random);
        } else {
          fill(values.panesToFill(output, interval), interval, random);
        }
      }
    }
    return values;
  }

  /** Newest first; numbers are whole or not, in the types that both forms return. */
  private static List<TimedEntry> entries(Output output, Random random) {
    int count = output.form() == Form.SCALAR ? 1 : random.nextInt(5);
    List<TimedEntry> entries = new ArrayList<>();
    long at = BASE - random.nextInt(10) * 1_000L;
    for (int i = 0; i < count; i++) {
      Object[] fields = new Object[output.kind().fields().size()];
      for (int field = 0; field < fields.length; field++) {
        fields[field] =
            switch (random.nextInt(output.form() == Form.SCALAR ? 3 : 4)) {
              case 0 -> LABELS[random.nextInt(LABELS.length)];
              case 1 -> random.nextLong();
              case 2 -> random.nextInt(1_000) + 0.5;
              default -> null;
            };
      }
      entries.add(new TimedEntry(at, fields));
      at -= random.nextInt(3) * 1_000L;
    }
    return entries;
  }

  private static void fill(Panes panes, int interval, Random random) {
    Interval kernel = INTERVALS.get(interval);
    long step = Math.max(1, kernel.stepMillis());
    int count = kernel.kind() == Interval.Kind.SESSION ? random.nextInt(2) : random.nextInt(9);
    for (int i = 0; i < count; i++) {
      long start = (BASE / step - random.nextInt(10)) * step;
      for (int lane = 0; lane < panes.lanes(); lane++) {
        panes.put(start, lane, value(random));
      }
      if (panes.lanes() > 1 && random.nextInt(8) == 0) {
        panes.put(start, panes.lanes() - 1, Double.NaN);
      }
    }
  }

  /** Of any magnitude, including values that are not stored. */
  private static double value(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1_000_000);
      case 2 -> -random.nextInt(100);
      case 3 -> random.nextGaussian() * Math.pow(10, random.nextInt(300) - 150);
      case 4 -> 1e17 * random.nextDouble();
      case 5 -> Math.exp(-random.nextInt(745));
      default -> random.nextDouble();
    };
  }
}
