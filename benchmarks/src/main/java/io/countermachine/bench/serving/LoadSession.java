package io.countermachine.bench.serving;

import io.countermachine.bench.load.LoadFiles;
import io.countermachine.bench.load.LoadPlan;
import io.countermachine.bench.load.LoadResult;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;

/** A load generator's process, which works through one plan after the other. */
final class LoadSession implements AutoCloseable {
  static final String PROGRESS = "progress: ";

  private static final Duration LIMIT = Duration.ofHours(2);

  private final JavaProcess process;
  private final LoadFiles files;
  private final LogTail tail;
  private final Consumer<String> progress;
  private int plans;

  LoadSession(JavaProcess process, Path folder, Consumer<String> progress) {
    this.process = process;
    this.files = new LoadFiles(folder);
    this.tail = new LogTail(process.log());
    this.progress = progress;
  }

  /** Has a plan carried out; what the process says meanwhile is passed on. */
  LoadResult run(LoadPlan plan) {
    int number = plans++;
    files.writePlan(number, plan);
    Await.until(
        "load on " + plan.contender(),
        LIMIT,
        () -> {
          boolean alive = process.isAlive();
          boolean done = files.hasResult(number);
          tail.newLines().stream()
              .filter(line -> line.startsWith(PROGRESS))
              .forEach(line -> progress.accept("    " + line.substring(PROGRESS.length())));
          if (!done && !alive) {
            throw new IllegalStateException(
                "load on %s failed; the log %s ends with:%n%s"
                    .formatted(plan.contender(), process.log(), process.logTail(20)));
          }
          return done;
        });
    return files.readResult(number);
  }

  @Override
  public void close() {
    process.close();
  }
}
