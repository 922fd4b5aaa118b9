package io.countermachine.bench.scaling;

import io.countermachine.bench.pipeline.PipelineProcesses;
import io.countermachine.bench.pipeline.Throughput.Filled;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Makes a savepoint with many keys in it, in a process of its own and without a store. */
final class StateFilling {
  private static final Duration LIMIT = Duration.ofMinutes(20);
  private static final String METADATA = "_metadata";

  private final Path folder;
  private final List<String> flinkSettings;
  private final boolean smoke;

  /**
   * @param jobFlags the measured job's, of which Flink's settings hold here, too
   * @param smoke whether it only has to work, for a moment
   */
  StateFilling(Path folder, List<String> jobFlags, boolean smoke) {
    this.smoke = smoke;
    this.folder = folder;
    this.flinkSettings = jobFlags.stream().filter(flag -> flag.startsWith("-D")).toList();
  }

  /** The savepoint's folder. */
  Path fill(Path catalog, Filled filled) {
    Path savepoints = folder.resolve("savepoints").resolve(Integer.toString(filled.users()));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                catalog.toString(),
                Integer.toString(filled.users()),
                Long.toString(filled.atMillis() / 1_000),
                savepoints.toUri().toString(),
                "-Dparallelism.default=" + Runtime.getRuntime().availableProcessors(),
                "-Dstate.backend.type=rocksdb",
                "-Dtaskmanager.memory.managed.size=512m",
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints/fill").toUri(),
                // The savepoint is the only one.
                "-Dexecution.checkpointing.interval=1d"));
    arguments.addAll(flinkSettings);
    List<String> classPath = new ArrayList<>(Installation.streamingJob());
    classPath.add(Installation.root().resolve("benchmarks/target/benchmarks.jar").toString());
    List<String> jvm = new ArrayList<>(LocalStack.FLINK_OPENS);
    jvm.add("-Xmx2g");
    if (smoke) {
      jvm.addAll(PipelineProcesses.QUICK_START);
    }
    try (JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "fill",
                classPath,
                "io.countermachine.bench.jobs.FillJob",
                arguments,
                jvm,
                Map.of()),
            folder)) {
      Await.until("the savepoint", LIMIT, () -> !process.isAlive());
      return savepointIn(savepoints, process);
    }
  }

  private static Path savepointIn(Path savepoints, JavaProcess process) {
    if (Files.isDirectory(savepoints)) {
      try (Stream<Path> folders = Files.list(savepoints)) {
        List<Path> complete =
            folders.filter(savepoint -> Files.exists(savepoint.resolve(METADATA))).toList();
        if (complete.size() == 1) {
          return complete.get(0);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    throw new IllegalStateException(
        "there is no savepoint; the log %s ends with:%n%s"
            .formatted(process.log(), process.logTail(30)));
  }
}
