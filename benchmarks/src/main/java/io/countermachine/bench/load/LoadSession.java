package io.countermachine.bench.load;

import io.countermachine.bench.process.ServiceProcess;
import io.countermachine.bench.report.Report;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.ServiceJava;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/** A load generator's process, which executes one plan after the other. */
public final class LoadSession implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofHours(2);

  private final Path folder;
  private final JavaProcess process;
  private final Consumer<String> progress;
  private int plans;
  private int lines;

  private LoadSession(
      Path folder, JavaProcess.Command command, Path parent, Consumer<String> progress) {
    this.folder = folder;
    this.progress = progress;
    this.process = JavaProcess.start(command, parent);
  }

  /** Starts a generator. Plans and results go into a folder with its name. */
  public static LoadSession start(
      String name, Path parent, List<String> jvm, Consumer<String> progress) {
    Path folder = Report.emptyFolder(parent.resolve(name));
    return new LoadSession(folder, command(name, folder, jvm), parent, progress);
  }

  /** Starts a generator that measures the bare SDK in itself, and so uses the service's Java. */
  public static LoadSession startMeasured(
      String name, Path parent, List<String> jvm, Consumer<String> progress) {
    Path folder = Report.emptyFolder(parent.resolve(name));
    return new LoadSession(
        folder, command(name, folder, jvm).with(ServiceJava.chosen()), parent, progress);
  }

  private static JavaProcess.Command command(String name, Path folder, List<String> jvm) {
    return new JavaProcess.Command(
        name,
        ServiceProcess.ownClassPath(),
        LoadGenerator.class.getName(),
        List.of(folder.toString()),
        jvm,
        LocalDynamoDb.CREDENTIALS);
  }

  /** Executes a plan, and passes on the progress of the process. */
  public LoadResult run(LoadPlan plan) {
    Path result = LoadResult.file(folder, plans);
    Report.write(plan, LoadPlan.file(folder, plans++));
    Await.until(
        "load on " + plan.contender(),
        LIMIT,
        () -> {
          boolean alive = process.isAlive();
          boolean done = Files.exists(result);
          tellProgress();
          if (!done && !alive) {
            throw new IllegalStateException(
                "load on %s failed; the log %s ends with:%n%s"
                    .formatted(plan.contender(), process.log(), process.logTail(20)));
          }
          return done;
        });
    return Report.read(result, LoadResult.class);
  }

  private void tellProgress() {
    try {
      List<String> all = Files.readAllLines(process.log());
      for (String line : all.subList(lines, all.size())) {
        if (line.startsWith(LoadGenerator.PROGRESS)) {
          progress.accept("    " + line.substring(LoadGenerator.PROGRESS.length()));
        }
      }
      lines = all.size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
