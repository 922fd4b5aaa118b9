package io.countermachine.bench.items;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.bench.SmallBench;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemSize;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;

/** {@code counter-machine bench items}: the two forms of items, side by side. */
public final class ItemsBench {

  /** One form's figures, of one item. */
  record Figures(int storedBytes, double wireBytes, double readNanos, double encodeNanos) {}

  private ItemsBench() {}

  /** The first argument is the folder of the module {@code benchmarks}. */
  public static void main(String[] arguments) throws RunnerException {
    SmallBench.main("items", arguments, ItemsBench::run);
  }

  private static void run(boolean smoke, Path file) throws RunnerException {
    Collection<RunResult> results = measure(smoke);
    Figures readable = figures(results, ItemFormat.READABLE);
    Figures packed = figures(results, ItemFormat.PACKED);
    table(readable, packed).forEach(System.out::println);
    write(readable, packed, file);
  }

  /** Runs the benchmarks; in smoke size in this very process. */
  static Collection<RunResult> measure(boolean smoke) throws RunnerException {
    return new Runner(SmallBench.jmh(AnswerBenchmark.class.getName() + "\\..*", smoke).build())
        .run();
  }

  static Figures figures(Collection<RunResult> results, ItemFormat format) {
    return new Figures(
        ItemSize.bytes(SampleItems.item(format)),
        (double) SampleItems.batch(format).length / SampleItems.BATCH,
        nanos(results, format, "readBatch") / SampleItems.BATCH,
        nanos(results, format, "encode"));
  }

  private static double nanos(Collection<RunResult> results, ItemFormat format, String name) {
    return SmallBench.result(
            results.stream()
                .filter(result -> result.getParams().getParam("format").equals(format.name()))
                .toList(),
            name)
        .getScore();
  }

  private static List<String> table(Figures readable, Figures packed) {
    return List.of(
        "",
        "one item of 5 measures and 6 intervals   readable     packed   packed / readable",
        row("bytes stored (DynamoDB's rules)", readable.storedBytes(), packed.storedBytes()),
        row("bytes in the store's answer", readable.wireBytes(), packed.wireBytes()),
        row("ns for the service to read it", readable.readNanos(), packed.readNanos()),
        row("ns for the job to encode it", readable.encodeNanos(), packed.encodeNanos()));
  }

  private static String row(String title, double readable, double packed) {
    return "%-38s %10.0f %10.0f %10.2f".formatted(title, readable, packed, packed / readable);
  }

  private static void write(Figures readable, Figures packed, Path file) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.set("readable", mapper.valueToTree(readable));
    root.set("packed", mapper.valueToTree(packed));
    SmallBench.write(root, file);
  }
}
