package io.countermachine.bench.micro;

import io.countermachine.bench.report.Goal;
import io.countermachine.bench.report.Table;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;

/** {@code counter-machine bench answers}: compares the two formats of responses. */
@Command(
    name = "answers",
    description = "size, encoding and decoding of a response, in JSON and protobuf")
public final class AnswersBench extends JmhBench {
  private static final double MOST_ENCODING = 0.5;
  private static final double MOST_BYTES = 0.3;

  /** The figures of one format, for one response. */
  record Figures(int bytes, double encodeNanos, double decodeNanos) {
    private static Figures of(Collection<RunResult> runs, String form, int bytes) {
      return new Figures(bytes, nanos(runs, "encode" + form), nanos(runs, "decode" + form));
    }
  }

  /** The content of the file in results/. */
  record Report(Map<String, Figures> forms, List<Goal> goals) {}

  @Override
  public void run(Path folder, Path results) throws RunnerException {
    AnswerSample sample = new AnswerSample();
    Collection<RunResult> runs = measure(AnswerBenchmark.class);
    Figures json = Figures.of(runs, "Json", sample.json().length);
    Figures protobuf = Figures.of(runs, "Protobuf", sample.protobuf().length);
    Table table =
        new Table().row("an answer of 200 candidates and 50 features", "JSON", "protobuf", "ratio");
    row(table, "bytes", json.bytes(), protobuf.bytes());
    row(table, "ns for the service to encode it", json.encodeNanos(), protobuf.encodeNanos());
    row(table, "ns for a client to decode it", json.decodeNanos(), protobuf.decodeNanos());
    List<Goal> goals =
        List.of(
            Goal.atMost(
                "encoding, to JSON's", protobuf.encodeNanos() / json.encodeNanos(), MOST_ENCODING),
            Goal.atMost("bytes, to JSON's", (double) protobuf.bytes() / json.bytes(), MOST_BYTES));
    Map<String, Figures> forms = new LinkedHashMap<>();
    forms.put("json", json);
    forms.put("protobuf", protobuf);
    List<String> lines = new java.util.ArrayList<>(table.lines());
    lines.addAll(Goal.lines(goals));
    publish(new Report(forms, goals), lines, results.resolve("answers.json"));
  }

  private static void row(Table table, String title, double json, double protobuf) {
    table.row(
        title,
        Table.number("%,.0f", json),
        Table.number("%,.0f", protobuf),
        Table.number("%.2f", protobuf / json));
  }

  private static double nanos(Collection<RunResult> runs, String name) {
    return runs.stream()
        .filter(run -> run.getParams().getBenchmark().endsWith("." + name))
        .findFirst()
        .orElseThrow()
        .getPrimaryResult()
        .getScore();
  }
}
