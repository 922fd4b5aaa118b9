package io.countermachine.bench.items;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.ItemSize;
import io.countermachine.service.store.AnswerBenchmark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@code counter-machine bench items}: the two forms of items, side by side. */
public final class ItemsBench {
  private static final String USAGE =
      """
      usage: counter-machine bench items [--smoke]
        --smoke   a moment per benchmark: shows that it works, measures nothing
      """;

  private static final int WRONG_USAGE = 2;

  /** One form's figures, of one item. */
  record Figures(int storedBytes, double wireBytes, double readNanos, double encodeNanos) {}

  private ItemsBench() {}

  /** The first argument is the file for the results. */
  public static void main(String[] arguments) throws RunnerException {
    Locale.setDefault(Locale.ROOT);
    List<String> options = List.of(arguments).subList(1, arguments.length);
    if (options.contains("--help") || options.contains("-h")) {
      System.out.print(USAGE);
      return;
    }
    if (!options.isEmpty() && !options.equals(List.of("--smoke"))) {
      System.err.print(USAGE);
      System.exit(WRONG_USAGE);
    }
    Collection<RunResult> results = measure(!options.isEmpty());
    Figures readable = figures(results, ItemFormat.READABLE);
    Figures packed = figures(results, ItemFormat.PACKED);
    table(readable, packed).forEach(System.out::println);
    write(readable, packed, Path.of(arguments[0]));
    System.out.println("written to " + arguments[0]);
  }

  /** Runs the benchmarks; in smoke size in this very process. */
  static Collection<RunResult> measure(boolean smoke) throws RunnerException {
    ChainedOptionsBuilder options =
        new OptionsBuilder().include(AnswerBenchmark.class.getName() + "\\..*");
    if (smoke) {
      TimeValue moment = TimeValue.milliseconds(20);
      options.forks(0).warmupIterations(1).warmupTime(moment);
      options.measurementIterations(1).measurementTime(moment);
    } else {
      options.forks(2).warmupIterations(5).warmupTime(TimeValue.seconds(1));
      options.measurementIterations(5).measurementTime(TimeValue.seconds(1));
    }
    return new Runner(options.build()).run();
  }

  static Figures figures(Collection<RunResult> results, ItemFormat format) {
    return new Figures(
        ItemSize.bytes(SampleItems.item(format)),
        (double) SampleItems.batch(format).length / SampleItems.BATCH,
        nanos(results, format, "readBatch") / SampleItems.BATCH,
        nanos(results, format, "encode"));
  }

  private static double nanos(Collection<RunResult> results, ItemFormat format, String name) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + name))
        .filter(result -> result.getParams().getParam("format").equals(format.name()))
        .mapToDouble(result -> result.getPrimaryResult().getScore())
        .findFirst()
        .orElseThrow();
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
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      mapper.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
