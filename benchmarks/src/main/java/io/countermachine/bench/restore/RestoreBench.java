package io.countermachine.bench.restore;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.jobs.RestoreJob;
import io.countermachine.bench.jobs.RestoreJob.Restored;
import io.countermachine.bench.pipeline.BenchCatalog;
import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.report.Table;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.stack.LocalStack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code counter-machine bench restore}: measures how long a job with many keys takes until it
 * counts again, with the catalog that wrote its savepoint and with a changed one.
 */
@Command(
    name = "restore",
    description =
        "time from a start with state to the first write, with an unchanged and a changed catalog")
public final class RestoreBench extends BenchCommand {
  private static final String KEYS = "--keys";
  private static final String ROUNDS = "--rounds";
  private static final double GOAL = 1.2;
  private static final int SMOKE_KEYS = 1_000;
  private static final int MOST_KEYS = 20_000_000;
  private static final int MOST_ROUNDS = 100;
  private static final Duration LIMIT = Duration.ofMinutes(30);

  @Option(
      names = KEYS,
      order = 1,
      paramLabel = "N",
      description = "number of keys in the state, default 1000000")
  private int keys = 1_000_000;

  @Option(
      names = ROUNDS,
      order = 2,
      paramLabel = "N",
      description = "restores per catalog, in turn, default 5, after one warm-up")
  private int rounds = 5;

  /** The results. */
  record Summary(int keys, List<Restored> restored, double ratio, double cpuRatio, double goal) {}

  public RestoreBench() {
    super(Set.of(), Set.of(KEYS, ROUNDS));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween(KEYS, keys, 1, MOST_KEYS);
    requireBetween(ROUNDS, rounds, 1, MOST_ROUNDS);
  }

  @Override
  public void run(Path folder, Path results) throws IOException {
    Report.emptyFolder(folder);
    int filled = isSmoke() ? SMOKE_KEYS : keys;
    say("%,d keys, %d restores by each catalog".formatted(filled, isSmoke() ? 1 : rounds));
    List<Restored> restored = measure(folder, filled);
    double ratio = ratio(restored, Restored::millis);
    double cpuRatio = ratio(restored, Restored::cpuMillis);
    Table table =
        new Table()
            .row(
                "from the start to the first write, medians",
                "unchanged",
                "changed",
                "ratio",
                "goal");
    row(table, "ms", restored, Restored::millis);
    row(table, "ms of CPU", restored, Restored::cpuMillis);
    publish(
        new Summary(filled, restored, ratio, cpuRatio, GOAL),
        table.lines(),
        results.resolve("restore.json"));
  }

  private static Table row(
      Table table, String what, List<Restored> restored, ToDoubleFunction<Restored> figure) {
    double ratio = ratio(restored, figure);
    return table.row(
        what,
        Table.number("%.0f", median(restored, false, figure)),
        Table.number("%.0f", median(restored, true, figure)),
        Table.number("%.2f", ratio),
        "<= %.1f %s".formatted(GOAL, ratio <= GOAL ? "held" : "missed"));
  }

  private static double ratio(List<Restored> restored, ToDoubleFunction<Restored> figure) {
    return median(restored, true, figure) / median(restored, false, figure);
  }

  private static double median(
      List<Restored> restored, boolean changed, ToDoubleFunction<Restored> figure) {
    double[] sorted =
        restored.stream()
            .filter(one -> one.changed() == changed)
            .mapToDouble(figure)
            .sorted()
            .toArray();
    return sorted[sorted.length / 2];
  }

  private List<Restored> measure(Path folder, int filled) throws IOException {
    Path catalog = Files.writeString(folder.resolve("catalog.yaml"), BenchCatalog.TUTORIAL.text());
    Path changed = Files.writeString(folder.resolve("changed.yaml"), changed());
    Path measured = folder.resolve("restored.json");
    List<String> arguments =
        List.of(
            catalog.toString(),
            changed.toString(),
            Integer.toString(filled),
            Integer.toString(isSmoke() ? 1 : rounds),
            folder.resolve("savepoints").toString(),
            measured.toString(),
            "-Dparallelism.default=" + Runtime.getRuntime().availableProcessors(),
            "-Dstate.backend.type=rocksdb",
            "-Dtaskmanager.memory.managed.size=512m",
            "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
            "-Dexecution.checkpointing.interval=1d");
    List<String> classPath = new ArrayList<>(Installation.streamingJob());
    classPath.add(ServiceProcess.ownClassPath().get(0));
    List<String> jvm = new ArrayList<>(LocalStack.FLINK_OPENS);
    jvm.add("-Xmx2g");
    try (JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "restore", classPath, RestoreJob.class.getName(), arguments, jvm, Map.of()),
            folder)) {
      Await.until("the restores", LIMIT, () -> !process.isAlive());
      if (!Files.exists(measured)) {
        throw new IllegalStateException(
            "nothing was measured; the log %s ends with:%n%s"
                .formatted(process.log(), process.logTail(30)));
      }
    }
    return List.of(new ObjectMapper().readValue(measured.toFile(), Restored[].class));
  }

  /**
   * A catalog in which an interval and a measure of the tutorial's group are replaced by others.
   */
  private static String changed() {
    return BenchCatalog.TUTORIAL
        .text()
        .replace("30d, lifetime", "3d, last_1h, lifetime")
        .replace(", comment]", "]")
        .replace(
            "sums: [timespent]",
            "sums: [timespent], stats: {dwell: {of: timespent, give: [mean]}}");
  }
}
