package io.countermachine.service;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Output;
import io.countermachine.measure.Panes;
import io.countermachine.measure.TimedEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.ToDoubleFunction;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Items as the job would store them, random items, and a text with all of an item. */
public final class TestItems {
  private static final String[] LABELS = {"DE", "other", "", "a \"b\\", "漢", "\ud83d\ude00"};

  private TestItems() {}

  /** The values of counters whose measures have one output each. */
  public static ItemValues values(Counters counters) {
    return ItemValues.of(ItemSchema.of(counters.schema()), counters);
  }

  /** The item of counters whose measures have one output each. */
  public static StoredItem of(Counters counters, OptionalLong expiresAtSeconds) {
    return new StoredItem(values(counters), expiresAtSeconds);
  }

  /** Stores an item that does not expire. */
  public static void put(DynamoDbClient store, String key, ItemValues values, ItemFormat format) {
    put(store, key, values, OptionalLong.empty(), format);
  }

  /** Stores an item. */
  public static void put(
      DynamoDbClient store,
      String key,
      ItemValues values,
      OptionalLong expiresAtSeconds,
      ItemFormat format) {
    store.putItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .item(ItemCodec.encode(key, values, expiresAtSeconds, format)));
  }

  /**
   * Random values of any kind, for some of the outputs.
   *
   * @param number creates each number that is stored
   */
  public static ItemValues random(
      ItemSchema schema, long lastUpdateMillis, Random random, ToDoubleFunction<Random> number) {
    ItemValues values = new ItemValues(schema);
    values.lastUpdate(lastUpdateMillis);
    if (schema.hasPanes() && lastUpdateMillis > 1_000 && random.nextBoolean()) {
      values.sessionEnd(lastUpdateMillis - random.nextInt(1_000));
    }
    for (int output = 0; output < schema.outputs().size(); output++) {
      if (random.nextInt(4) == 0) {
        continue;
      }
      if (!schema.output(output).form().hasIntervals()) {
        values.entries(output, entries(schema.output(output), lastUpdateMillis, random));
      }
      boolean isLabels = schema.output(output).form() == Form.LABELS;
      for (int interval : schema.numberIntervals(output)) {
        if (isLabels) {
          values.label(output, label(random), interval, number.applyAsDouble(random));
        } else if (random.nextInt(5) > 0) {
          values.number(output, interval, number.applyAsDouble(random));
        }
      }
      values.center(output, schema.output(output).kind().paneLanes() > 1 ? 2.5 : 0);
      for (int interval : schema.paneIntervals(output)) {
        fill(
            isLabels
                ? values.labelPanesToFill(output, label(random), interval)
                : values.panesToFill(output, interval),
            schema.schema().intervals().get(interval),
            lastUpdateMillis,
            random,
            number);
      }
    }
    return values;
  }

  private static List<TimedEntry> entries(Output output, long lastUpdateMillis, Random random) {
    boolean isList = output.form() == Form.LIST;
    List<TimedEntry> entries = new ArrayList<>();
    long at = lastUpdateMillis;
    for (int left = isList ? random.nextInt(5) : 1; left > 0; left--) {
      Object[] fields = new Object[output.kind().fields().size()];
      for (int field = 0; field < fields.length; field++) {
        fields[field] =
            switch (random.nextInt(isList ? 4 : 3)) {
              case 0 -> label(random);
              case 1 -> random.nextLong() >> random.nextInt(Long.SIZE);
              case 2 -> random.nextGaussian() * 1_000;
              default -> null;
            };
      }
      at -= random.nextInt(5_000);
      entries.add(new TimedEntry(at, fields));
    }
    return entries;
  }

  private static String label(Random random) {
    return LABELS[random.nextInt(LABELS.length)];
  }

  private static void fill(
      Panes panes,
      Interval interval,
      long lastUpdateMillis,
      Random random,
      ToDoubleFunction<Random> number) {
    for (int pane = 1 + random.nextInt(5); pane > 0; pane--) {
      long instant = lastUpdateMillis - random.nextInt(3_600_000);
      long start = interval.kind() == Interval.Kind.SESSION ? instant : interval.paneStart(instant);
      for (int lane = 0; lane < panes.lanes(); lane++) {
        panes.put(start, lane, number.applyAsDouble(random));
      }
    }
  }

  /** A text with all of an item, including every digit of its numbers. */
  public static String describe(StoredItem item) {
    ItemValues values = item.values();
    ItemSchema schema = values.schema();
    StringBuilder all = new StringBuilder();
    all.append(schema.schema().name()).append(' ').append(values.lastUpdateMillis());
    all.append(' ').append(values.sessionEndMillis()).append(' ').append(item.expiresAtSeconds());
    for (int output = 0; output < schema.outputs().size(); output++) {
      all.append('\n').append(schema.output(output).name());
      all.append(values.hasNumbers(output) ? " happened" : " never");
      for (int interval : schema.numberIntervals(output)) {
        all.append(' ').append(values.stored(output, interval));
      }
      all.append(" c ").append(values.center(output));
      for (TimedEntry entry : values.entries(output)) {
        all.append("\n at ").append(entry.atMillis());
        for (int field = 0; field < entry.size(); field++) {
          Object value = entry.field(field);
          all.append(' ').append(value == null ? "" : value.getClass().getSimpleName());
          all.append(' ').append(value);
        }
      }
      for (int interval : schema.paneIntervals(output)) {
        describe(values.panes(output, interval), all);
      }
      for (String label : values.labels(output)) {
        all.append("\n ").append(label);
        for (int interval : schema.numberIntervals(output)) {
          all.append(' ').append(values.labelNumber(output, label, interval));
        }
        for (int interval : schema.paneIntervals(output)) {
          describe(values.labelPanes(output, label, interval), all);
        }
      }
    }
    return all.toString();
  }

  private static void describe(Panes panes, StringBuilder all) {
    all.append(" [");
    for (int pane = 0; panes != null && pane < panes.size(); pane++) {
      all.append(panes.start(pane));
      for (int lane = 0; lane < panes.lanes(); lane++) {
        all.append(lane == 0 ? ":" : ",").append(panes.value(pane, lane));
      }
      all.append(' ');
    }
    all.append(']');
  }
}
