package io.countermachine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** The command line of the benchmarks that run in this process: nothing, or {@code --smoke}. */
public final class SmallBench {
  private static final String SMOKE = "--smoke";
  private static final int WRONG_USAGE = 2;

  /** Measures, prints a table and writes the results to a file. */
  @FunctionalInterface
  public interface Body {
    void run(boolean smoke, Path file) throws RunnerException;
  }

  private SmallBench() {}

  /**
   * Runs a benchmark as its command line says.
   *
   * @param arguments the folder of the module {@code benchmarks}, then the user's options
   */
  public static void main(String name, String[] arguments, Body body) throws RunnerException {
    Locale.setDefault(Locale.ROOT);
    List<String> options = List.of(arguments).subList(1, arguments.length);
    Optional<String> unknown = unknown(options);
    if (unknown.isPresent()) {
      System.err.println("unknown option " + unknown.get());
      System.err.print(usage(name));
      System.exit(WRONG_USAGE);
    }
    boolean smoke = options.contains(SMOKE);
    Path file = resultFile(Path.of(arguments[0]), name, smoke);
    body.run(smoke, file);
    System.out.println("written to " + file);
  }

  /** The first option that no such benchmark has. */
  static Optional<String> unknown(List<String> options) {
    return options.stream().filter(option -> !option.equals(SMOKE)).findFirst();
  }

  /** Only figures that mean something go beside the sources. */
  static Path resultFile(Path module, String name, boolean smoke) {
    return module.resolve(smoke ? "target" : "results").resolve(name + ".json");
  }

  private static String usage(String name) {
    try (InputStream text = SmallBench.class.getResourceAsStream("/usage/bench-" + name + ".txt")) {
      return new String(text.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the usage of " + name + " cannot be read", e);
    }
  }

  /** Writes results as JSON. */
  public static void write(Object results, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(file.toFile(), results);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** JMH's options; in smoke size in this very process. */
  public static ChainedOptionsBuilder jmh(String include, boolean smoke) {
    ChainedOptionsBuilder options = new OptionsBuilder().include(include);
    if (smoke) {
      TimeValue moment = TimeValue.milliseconds(20);
      options.forks(0).warmupIterations(1).warmupTime(moment);
      options.measurementIterations(1).measurementTime(moment);
    } else {
      options.forks(2).warmupIterations(5).warmupTime(TimeValue.seconds(1));
      options.measurementIterations(5).measurementTime(TimeValue.seconds(1));
    }
    return options;
  }

  /** The one result whose benchmark's name ends so. */
  public static Result<?> result(Collection<RunResult> results, String nameEnd) {
    return results.stream()
        .filter(result -> result.getParams().getBenchmark().endsWith("." + nameEnd))
        .findFirst()
        .orElseThrow()
        .getPrimaryResult();
  }
}
