package io.countermachine.bench.micro;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.pipeline.BenchCatalog;
import io.countermachine.bench.report.Table;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.job.state.CountersSerializer;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.store.dynamodb.BatchGetResponseReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import picocli.CommandLine.Command;

/**
 * {@code counter-machine bench windows}: the cost of a sliding window of 60 panes compared with one
 * decayed interval, each added to the tutorial's group.
 *
 * <p>It measures the CPU time of one thread in alternating rounds, so that other work on the
 * machine does not affect the result.
 */
@Command(
    name = "windows",
    description = "cost of a sliding window of 60 panes, compared with one more decayed interval")
public final class WindowsBench extends BenchCommand {
  private static final int ROUNDS = 21;
  private static final int SMOKE_OPERATIONS = 10;
  private static final long STEP_MILLIS = 1_000;
  private static final int WARM_UP_EVENTS = 10_000;
  private static final int MEASURE = 0;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** The measured operations. */
  enum Operation {
    ADD("an event is added to counters", 100_000),
    MERGE("a sum of one event is merged into counters", 50_000),
    STATE("counters are written to state bytes and read", 5_000),
    ENCODE_READABLE("an item is encoded, readable", 5_000),
    ENCODE_PACKED("an item is encoded, packed", 5_000),
    PARSE_READABLE("the service reads an item's bytes, readable", 2_000),
    PARSE_PACKED("the service reads an item's bytes, packed", 5_000),
    VALUE("the service takes a value at an instant", 100_000);

    private final String text;
    private final int operations;

    Operation(String text, int operations) {
      this.text = text;
      this.operations = operations;
    }
  }

  /** Median CPU time of each operation, in nanoseconds. */
  record Figures(String operation, double before, double decayed, double window, double ratio) {}

  public WindowsBench() {
    super(Set.of(), Set.of());
  }

  @Override
  public void run(Path folder, Path results) throws IOException {
    String most = "1m, 1h, 1d, 7d, 30d, lifetime";
    List<Contender> contenders =
        List.of(
            new Contender(most, "1d"),
            new Contender(most + ", 3d", "3d"),
            new Contender(most + ", last_1h", "last_1h"));
    int rounds = isSmoke() ? 1 : ROUNDS;
    Map<Operation, List<List<Double>>> nanos = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      List<List<Double>> byContender = new ArrayList<>();
      contenders.forEach(contender -> byContender.add(new ArrayList<>()));
      for (int round = 0; round < rounds + rounds / 2; round++) {
        for (int i = 0; i < contenders.size(); i++) {
          double measured = measure(contenders.get(i), operation);
          if (round >= rounds / 2) {
            byContender.get(i).add(measured);
          }
        }
      }
      nanos.put(operation, byContender);
    }
    List<Figures> figures = new ArrayList<>();
    Table table =
        new Table()
            .row("ns of CPU, medians", "6 intervals", "and 3d", "and last_1h", "added, to 3d's");
    nanos.forEach(
        (operation, each) -> {
          double before = median(each.get(0));
          double decayed = median(each.get(1));
          double window = median(each.get(2));
          Figures row =
              new Figures(
                  operation.name(),
                  before,
                  decayed,
                  window,
                  (window - before) / (decayed - before));
          figures.add(row);
          table.row(
              operation.text,
              Table.number("%.1f", before),
              Table.number("%.1f", decayed),
              Table.number("%.1f", window),
              operation == Operation.VALUE ? null : Table.number("%.2f", row.ratio()));
        });
    publish(figures, table.lines(), results.resolve("windows.json"));
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  private double measure(Contender contender, Operation operation) throws IOException {
    int operations = isSmoke() ? SMOKE_OPERATIONS : operation.operations;
    long start = THREADS.getCurrentThreadCpuTime();
    contender.run(operation, operations);
    double nanos = (THREADS.getCurrentThreadCpuTime() - start) / (double) operations;
    if (Double.isNaN(contender.sum)) {
      throw new IllegalStateException(operation + " gave no number");
    }
    return nanos;
  }

  /** The tutorial's group with some intervals, and the counters of one key. */
  private static final class Contender {
    private static final String KEY = "u12345";
    private static final int LATE = 1024;
    private static final OptionalLong EXPIRES_AT = Samples.EXPIRES_AT_SECONDS;

    private final Group group;
    private final Counters counters;
    private final int interval;
    private final CountersSerializer serializer;
    private final DataOutputSerializer out = new DataOutputSerializer(1 << 12);
    private final DataInputDeserializer in = new DataInputDeserializer();
    private final Map<ItemFormat, ItemJson> encoders = new EnumMap<>(ItemFormat.class);
    private final Map<ItemFormat, BatchGetResponseReader> readers = new LinkedHashMap<>();
    private final Map<ItemFormat, byte[]> bodies = new EnumMap<>(ItemFormat.class);
    private final long[] late = new long[LATE];
    private final ItemValues values;
    private long number;
    private double sum;

    Contender(String intervals, String interval) throws IOException {
      Catalog catalog =
          new BenchCatalog(
                  "windows",
                  BenchCatalog.TUTORIAL
                      .text()
                      .replaceFirst("intervals: .*", "intervals: [" + intervals + "]"))
              .catalog();
      group = catalog.group("user").orElseThrow();
      counters = new Counters(group.schema());
      this.interval = group.schema().intervalIndex(interval);
      serializer = CountersSerializer.of(List.of(group.schema()));
      SplittableRandom random = new SplittableRandom(1);
      for (int i = 0; i < LATE; i++) {
        late[i] =
            random.nextDouble() < EventMix.LATE_SHARE
                ? random.nextInt(EventMix.LATEST_SECONDS * 1_000)
                : 0;
      }
      for (int i = 0; i < WARM_UP_EVENTS; i++) {
        counters.add(i % group.schema().measures().size(), 1, nextMillis());
      }
      values = ItemValues.of(group.itemSchema(), counters.copy());
      for (ItemFormat format : ItemFormat.values()) {
        encoders.put(format, new ItemJson(format));
        readers.put(format, new BatchGetResponseReader("Counters", catalog));
        byte[] item = encoders.get(format).encode(KEY, values, EXPIRES_AT);
        bodies.put(
            format,
            ("{\"Responses\":{\"Counters\":["
                    + new String(item, UTF_8)
                    + "]},\"UnprocessedKeys\":{}}")
                .getBytes(UTF_8));
      }
    }

    private long nextMillis() {
      number++;
      return Samples.NOW_MILLIS + number * STEP_MILLIS - late[(int) (number % LATE)];
    }

    /** Each operation has its own loop, so that the compiler optimizes it independently. */
    void run(Operation operation, int operations) throws IOException {
      switch (operation) {
        case ADD -> add(operations);
        case MERGE -> merge(operations);
        case STATE -> readAndWriteState(operations);
        case ENCODE_READABLE -> encode(ItemFormat.READABLE, operations);
        case ENCODE_PACKED -> encode(ItemFormat.PACKED, operations);
        case PARSE_READABLE -> parse(ItemFormat.READABLE, operations);
        case PARSE_PACKED -> parse(ItemFormat.PACKED, operations);
        case VALUE -> takeValue(operations);
      }
    }

    private void add(int operations) {
      int measures = group.schema().measures().size();
      for (int i = 0; i < operations; i++) {
        counters.add(i % measures, 1, nextMillis());
      }
      sum += counters.stored(MEASURE, 0);
    }

    private void merge(int operations) {
      int measures = group.schema().measures().size();
      for (int i = 0; i < operations; i++) {
        Counters one = new Counters(group.schema());
        one.add(i % measures, 1, nextMillis());
        counters.merge(one);
      }
      sum += counters.stored(MEASURE, 0);
    }

    private void readAndWriteState(int operations) throws IOException {
      for (int i = 0; i < operations; i++) {
        out.clear();
        serializer.serialize(counters, out);
        in.setBuffer(out.getSharedBuffer(), 0, out.length());
        sum += serializer.deserialize(in).stored(MEASURE, 0);
      }
    }

    private void takeValue(int operations) {
      long newest = values.lastUpdateMillis();
      for (int i = 0; i < operations; i++) {
        sum += values.value(MEASURE, interval, newest + i % STEP_MILLIS);
      }
    }

    private void encode(ItemFormat format, int operations) {
      ItemJson json = encoders.get(format);
      for (int i = 0; i < operations; i++) {
        ItemValues now = ItemValues.of(group.itemSchema(), counters);
        sum += json.encode(KEY, now, EXPIRES_AT).length;
      }
    }

    private void parse(ItemFormat format, int operations) {
      byte[] body = bodies.get(format);
      BatchGetResponseReader reader = readers.get(format);
      List<ItemKey> keys = List.of(new ItemKey("user", KEY));
      for (int i = 0; i < operations; i++) {
        sum += reader.read(body, body.length, keys, 0).length;
      }
    }
  }
}
