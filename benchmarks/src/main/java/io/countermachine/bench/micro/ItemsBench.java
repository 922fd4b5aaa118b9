package io.countermachine.bench.micro;

import io.countermachine.bench.report.Table;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemSize;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;

/** {@code counter-machine bench items}: compares the two formats of items. */
@Command(name = "items", description = "cost of reading and encoding an item, in both formats")
public final class ItemsBench extends JmhBench {

  /** The figures of one format, for one item. */
  record Figures(int storedBytes, double wireBytes, double readNanos, double encodeNanos) {}

  @Override
  public void run(Path folder, Path results) throws RunnerException {
    Collection<RunResult> runs = measure(ItemBenchmark.class, JacksonItemBenchmark.class);
    Map<ItemFormat, Figures> figures = new EnumMap<>(ItemFormat.class);
    for (ItemFormat format : ItemFormat.values()) {
      figures.put(format, figures(runs, format));
    }
    Table table =
        new Table().row("one item of 5 measures and 6 intervals", "readable", "packed", "ratio");
    row(table, "bytes stored (DynamoDB's rules)", figures, Figures::storedBytes);
    row(table, "bytes in the store's answer", figures, Figures::wireBytes);
    row(table, "ns for the service to read it", figures, Figures::readNanos);
    row(table, "ns for the job to encode it", figures, Figures::encodeNanos);
    double ours = figures.get(ItemFormat.PACKED).readNanos();
    double byJackson =
        runs.stream()
                .filter(run -> run.getParams().getBenchmark().endsWith(".readBatchByJackson"))
                .findFirst()
                .orElseThrow()
                .getPrimaryResult()
                .getScore()
            / Samples.POSTS.size();
    table.row(
        "ns to read it by Jackson's parser, and to ours",
        "",
        Table.number("%.0f", byJackson),
        Table.number("%.2f", byJackson / ours));
    publish(
        Map.of(
            "readable",
            figures.get(ItemFormat.READABLE),
            "packed",
            figures.get(ItemFormat.PACKED),
            "packedByJackson",
            Map.of("readNanos", byJackson)),
        table.lines(),
        results.resolve("items.json"));
  }

  private static void row(
      Table table,
      String title,
      Map<ItemFormat, Figures> figures,
      ToDoubleFunction<Figures> figure) {
    double readable = figure.applyAsDouble(figures.get(ItemFormat.READABLE));
    double packed = figure.applyAsDouble(figures.get(ItemFormat.PACKED));
    table.row(
        title,
        Table.number("%.0f", readable),
        Table.number("%.0f", packed),
        Table.number("%.2f", packed / readable));
  }

  private static Figures figures(Collection<RunResult> runs, ItemFormat format) {
    double items = Samples.POSTS.size();
    return new Figures(
        ItemSize.bytes(
            ItemCodec.encode(
                Samples.POSTS.get(0).key(),
                Samples.values(Samples.post()),
                Samples.EXPIRES_AT_SECONDS,
                format)),
        Samples.batch(format).length / items,
        nanos(runs, format, "readBatch") / items,
        nanos(runs, format, "encode"));
  }

  private static double nanos(Collection<RunResult> runs, ItemFormat format, String name) {
    return runs.stream()
        .filter(run -> run.getParams().getBenchmark().endsWith(".ItemBenchmark." + name))
        .filter(run -> run.getParams().getParam("format").equals(format.name()))
        .findFirst()
        .orElseThrow()
        .getPrimaryResult()
        .getScore();
  }
}
