package io.countermachine.job.counting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.derive.DeriveOperator;
import io.countermachine.job.derive.DeriveTypes;
import io.countermachine.job.derive.RouteFunction;
import io.countermachine.job.derive.VerbInput;
import io.countermachine.job.ingest.Event;
import io.countermachine.job.ingest.EventDecoder;
import io.countermachine.job.ingest.IngestTypes;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.TimedEntry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.streaming.api.operators.StreamFlatMap;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The path from a record to an item: decoder, verbs, sums, counting, and the item's form. */
final class JobHarness implements AutoCloseable {
  private final CatalogText catalog;
  private final EventDecoder decoder;
  private final OneInputStreamOperatorTestHarness<Event, KeyedCounters> sums;
  private final CountHarness counting;
  private final OneInputStreamOperatorTestHarness<Event, VerbInput> route;
  private final KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> verbs;

  /** By group and key, as last written. */
  private final Map<String, Map<String, AttributeValue>> items = new HashMap<>();

  JobHarness(CatalogText catalog, StateBackend backend, OperatorSubtaskState state)
      throws Exception {
    this.catalog = catalog;
    decoder = new EventDecoder(catalog.catalog());
    sums =
        new OneInputStreamOperatorTestHarness<>(
            new PreAggregateOperator(catalog, 1_000, Duration.ofMillis(200), Optional.empty()));
    sums.setup(
        CountingTypes.keyedCounters(catalog.catalog())
            .createSerializer(new SerializerConfigImpl()));
    sums.open();
    route =
        new OneInputStreamOperatorTestHarness<>(new StreamFlatMap<>(new RouteFunction(catalog)));
    route.setup(DeriveTypes.verbInput().createSerializer(new SerializerConfigImpl()));
    route.open();
    verbs =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new DeriveOperator(catalog, Optional.empty()), VerbInput::key, Types.STRING);
    verbs.setStateBackend(backend);
    verbs.setup(IngestTypes.event().createSerializer(new SerializerConfigImpl()));
    verbs.open();
    counting = new CountHarness(catalog, backend, 1, 0);
    if (state != null) {
      counting.initializeState(state);
    }
    counting.open();
  }

  /** Sends a record with an event at a second. */
  void send(String name, long second, String fields) throws Exception {
    String json =
        "{\"eventName\":\"%s\",\"eventTs\":%d%s}"
            .formatted(name, second, fields.isEmpty() ? "" : "," + fields);
    Event event = decoder.decode(json.getBytes(UTF_8), 0, second * 1_000);
    Objects.requireNonNull(event, decoder::detail);
    send(event);
  }

  private void send(Event event) throws Exception {
    sums.processElement(event, 0);
    route.processElement(event, 0);
    for (VerbInput input : route.extractOutputValues()) {
      verbs.processElement(input, 0);
    }
    route.getOutput().clear();
    countMade();
  }

  /** Signals that all events up to a second have come. */
  void eventTime(long second) throws Exception {
    verbs.processWatermark(second * 1_000);
    countMade();
  }

  /** The stage of verbs. */
  KeyedOneInputStreamOperatorTestHarness<String, VerbInput, Event> verbs() {
    return verbs;
  }

  /** Sums the events derived by verbs. */
  void countMade() throws Exception {
    for (Event event : verbs.extractOutputValues()) {
      sums.processElement(event, 0);
    }
    verbs.getOutput().clear();
  }

  /** Sends raw bytes as a record; ignored if it is not an event. */
  void send(byte[] record, long clockMillis) throws Exception {
    Event event = decoder.decode(record, clockMillis, clockMillis);
    if (event != null) {
      send(event);
    }
  }

  /** Passes on the sums so far. */
  void shuffle() throws Exception {
    sums.prepareSnapshotPreBarrier(1);
    for (KeyedCounters sum : sums.extractOutputValues()) {
      counting.processElement(sum, 0);
    }
    sums.getOutput().clear();
  }

  /** Writes what changed, after a flush interval, and returns the number of items. */
  int flush() throws Exception {
    shuffle();
    counting.advanceTo(counting.getProcessingTime() + 1_000);
    int written = 0;
    for (ItemWrite write : counting.take()) {
      ItemSchema schema = group(write.counters().schema().name()).itemSchema();
      items.put(
          schema.schema().name() + "." + write.key(),
          ItemCodec.encode(
              write.key(),
              ItemValues.of(schema, write.counters()),
              OptionalLong.empty(),
              written % 2 == 0 ? ItemFormat.READABLE : ItemFormat.PACKED));
      written++;
    }
    return written;
  }

  private Group group(String name) {
    return catalog.catalog().group(name).orElseThrow();
  }

  OperatorSubtaskState snapshot() throws Exception {
    shuffle();
    return counting.snapshot(1, 0);
  }

  /** The values of the newest item. */
  ItemValues values(String group, String key) {
    return ItemCodec.decode(items.get(group + "." + key), group(group).itemSchema()).values();
  }

  /** The value of an output at an interval as of a second. */
  double value(String group, String key, String output, String interval, long second) {
    ItemValues values = values(group, key);
    return values.value(
        values.schema().outputIndex(output),
        values.schema().schema().intervalIndex(interval),
        second * 1_000);
  }

  /** The visible labels of an output with their values. */
  String labels(String group, String key, String output, String interval, long second) {
    ItemValues values = values(group, key);
    StringBuilder text = new StringBuilder();
    values
        .labels(
            values.schema().outputIndex(output),
            values.schema().schema().intervalIndex(interval),
            second * 1_000)
        .forEach(
            label -> text.append(label.label()).append(' ').append(label.value()).append(", "));
    return text.toString();
  }

  /** The visible entries of a list, a first or a last as of a second. */
  List<TimedEntry> entries(String group, String key, String output, long second) {
    ItemValues values = values(group, key);
    return values.entries(values.schema().outputIndex(output), second * 1_000);
  }

  @Override
  public void close() throws Exception {
    sums.close();
    route.close();
    verbs.close();
    counting.close();
  }
}
