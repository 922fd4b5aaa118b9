package io.countermachine.bench.jobs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.ItemWrite;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.core.execution.JobClient;

/**
 * Restores a savepoint with many keys, alternately with the catalog that wrote it and with a
 * changed one, and measures the time until the first of its keys is written with its restored
 * counters.
 *
 * <p>Arguments: the file of the catalog, that of the changed one, the number of keys, the number of
 * rounds, an empty folder, the file for the results, and Flink's settings as {@code -Dkey=value}.
 */
public final class RestoreJob {
  private static final long FILLED_AT_SECONDS = 1_700_000_000;
  private static final long SECONDS_LATER = 60;
  private static final int FLINK_SETTINGS = 6;
  private static final String MEASURE = "view";
  private static final String INTERVAL = "lifetime";

  /** The number of written items. */
  private static final AtomicLong WRITTEN = new AtomicLong();

  private static final AtomicInteger WRONG = new AtomicInteger();
  private static final AtomicLong FIRST_NANOS = new AtomicLong();
  private static final AtomicLong FIRST_CPU_NANOS = new AtomicLong();

  /**
   * The time of one restore until the first write.
   *
   * @param cpuMillis CPU time of the whole process, milliseconds
   */
  public record Restored(boolean changed, double millis, double cpuMillis) {}

  private RestoreJob() {}

  /** Ends when everything is measured. */
  public static void main(String[] arguments) {
    try {
      measure(arguments);
      System.exit(0);
    } catch (Exception e) {
      e.printStackTrace();
      // Flink's threads would keep the process alive.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void measure(String... arguments) throws Exception {
    Path catalog = Path.of(arguments[0]);
    Path changed = Path.of(arguments[1]);
    long keys = Long.parseLong(arguments[2]);
    int rounds = Integer.parseInt(arguments[3]);
    Path savepoints = Files.createDirectories(Path.of(arguments[4]));
    String[] settings = Arrays.copyOfRange(arguments, FLINK_SETTINGS, arguments.length);
    FillJob.fill(
        CatalogText.read(catalog),
        keys,
        FILLED_AT_SECONDS,
        savepoints.toUri().toString(),
        settings);
    URI savepoint = only(savepoints).toUri();
    List<Restored> restored = new ArrayList<>();
    for (int round = 0; round <= rounds; round++) {
      for (boolean change : new boolean[] {round % 2 == 0, round % 2 != 0}) {
        Restored one =
            restore(CatalogText.read(change ? changed : catalog), change, savepoint, settings);
        // The first round is spent on compilation, so it does not count.
        if (round > 0) {
          restored.add(one);
        }
      }
    }
    new ObjectMapper().writeValue(Path.of(arguments[5]).toFile(), restored);
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> found = Files.list(folder)) {
      return found.findFirst().orElseThrow();
    }
  }

  private static Restored restore(
      CatalogText catalog, boolean change, URI savepoint, String... settings) throws Exception {
    String[] restoring = Arrays.copyOf(settings, settings.length + 1);
    restoring[settings.length] = "-Dexecution.state-recovery.path=" + savepoint;
    WRITTEN.set(0);
    FIRST_NANOS.set(0);
    long begin = System.nanoTime();
    long beginCpu = cpuNanos();
    JobClient job =
        FillJob.start(
            catalog,
            FillJob.users(1, FILLED_AT_SECONDS + SECONDS_LATER),
            RestoreJob::note,
            restoring);
    while (WRITTEN.get() == 0) {
      FillJob.requireRunning(job);
      LockSupport.parkNanos(FillJob.PAUSE_NANOS);
    }
    CompletableFuture<?> ended = job.getJobExecutionResult().handle((result, cancelled) -> null);
    job.cancel().get();
    ended.get();
    if (WRONG.get() > 0) {
      throw new IllegalStateException("a key was written without its restored counters");
    }
    return new Restored(
        change, (FIRST_NANOS.get() - begin) / 1e6, (FIRST_CPU_NANOS.get() - beginCpu) / 1e6);
  }

  private static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Each key has one view in the savepoint, and one that came later. */
  private static void note(ItemWrite item) {
    Schema schema = item.counters().schema();
    double views =
        item.counters().stored(schema.measureIndex(MEASURE), schema.intervalIndex(INTERVAL));
    if (views != 2) {
      WRONG.incrementAndGet();
    }
    if (WRITTEN.get() == 0) {
      FIRST_NANOS.set(System.nanoTime());
      FIRST_CPU_NANOS.set(cpuNanos());
    }
    WRITTEN.incrementAndGet();
  }
}
