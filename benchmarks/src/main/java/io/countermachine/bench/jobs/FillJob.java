package io.countermachine.bench.jobs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.job.CounterWorkflow;
import io.countermachine.job.FlinkDefaults;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.config.JobOptions;
import io.countermachine.job.counting.ItemWrite;
import io.countermachine.job.ingest.SourceRecord;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.functions.source.RichParallelSourceFunction;

/**
 * Runs the job's graph with other sources and sinks, to create a savepoint with a given number of
 * keys cheaply: one view of each user, generated in the source. Writes are discarded. The streaming
 * job resumes from that savepoint as from one of its own.
 *
 * <p>Arguments: the catalog's file, the number of users, the views' epoch seconds, the folder for
 * the savepoint, and Flink's settings as {@code -Dkey=value}.
 */
public final class FillJob {
  private static final AtomicLong WRITTEN = new AtomicLong();

  /** The job is new and has no store, so no older write can arrive late. */
  private static final CounterWorkflow.Tuning TUNING =
      new CounterWorkflow.Tuning(
          Duration.ofSeconds(1),
          Duration.ofMillis(1),
          Duration.ofMillis(200),
          10_000,
          1,
          Long.MAX_VALUE);

  static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();
  private static final int FLINK_SETTINGS = 4;

  private FillJob() {}

  /** Ends when the savepoint is complete, or has failed. */
  public static void main(String[] arguments) {
    try {
      fill(arguments);
    } catch (Exception e) {
      e.printStackTrace();
      // Flink's threads would keep the process alive.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void fill(String... arguments) throws Exception {
    fill(
        CatalogText.read(Path.of(arguments[0])),
        Long.parseLong(arguments[1]),
        Long.parseLong(arguments[2]),
        arguments[FLINK_SETTINGS - 1],
        Arrays.copyOfRange(arguments, FLINK_SETTINGS, arguments.length));
  }

  /** Creates a savepoint with one view of each user. */
  static void fill(
      CatalogText catalog, long users, long atSeconds, String savepoints, String... settings)
      throws Exception {
    JobClient job =
        start(catalog, users(users, atSeconds), item -> WRITTEN.incrementAndGet(), settings);
    while (WRITTEN.get() < users) {
      requireRunning(job);
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    job.triggerSavepoint(savepoints, SavepointFormatType.NATIVE).get();
    job.cancel().get();
  }

  /** What happens to an item instead of writing it. */
  interface ItemUse extends Serializable {
    void use(ItemWrite item);
  }

  /** Starts the job's graph with the given source of records. */
  static JobClient start(
      CatalogText catalog,
      RichParallelSourceFunction<SourceRecord> source,
      ItemUse use,
      String... flinkSettings)
      throws Exception {
    Map<String, String> settings = JobOptions.parse(flinkSettings).flinkProperties();
    Configuration flink = FlinkDefaults.complete(new Configuration(), settings);
    FlinkDefaults.addLocal(flink, settings);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(flink);
    env.setMaxParallelism(FlinkDefaults.MAX_PARALLELISM);
    DataStream<SourceRecord> records = env.addSource(source).uid("users").name("users");
    CounterWorkflow.define(
        records,
        catalog,
        TUNING,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        emitted -> emitted.sinkTo(new DiscardingSink<>()).uid("emit"),
        items -> useAndDiscard(items, use),
        letters -> letters.sinkTo(new DiscardingSink<>()).uid("dead-letters"));
    return env.executeAsync("fill");
  }

  /** One view of each user. */
  static RichParallelSourceFunction<SourceRecord> users(long users, long atSeconds) {
    return new UserSource(users, atSeconds);
  }

  static void requireRunning(JobClient job) throws Exception {
    if (job.getJobStatus().get().isGloballyTerminalState()) {
      throw new IllegalStateException("the job ended", failure(job));
    }
  }

  private static Throwable failure(JobClient job) throws InterruptedException {
    try {
      job.getJobExecutionResult().get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** Each user changes once, and so is written once. */
  private static void useAndDiscard(DataStream<ItemWrite> items, ItemUse use) {
    items
        .filter(
            item -> {
              use.use(item);
              return false;
            })
        .uid("written")
        .sinkTo(new DiscardingSink<>())
        .uid("discarded");
  }

  /** Views of users in turn. It has no state, so the savepoint can be restored without it. */
  @SuppressWarnings("deprecation") // The newer sources all have state.
  private static final class UserSource extends RichParallelSourceFunction<SourceRecord> {
    private static final long serialVersionUID = 1L;

    private final long users;
    private final long atSeconds;
    private volatile boolean running = true;

    private UserSource(long users, long atSeconds) {
      this.users = users;
      this.atSeconds = atSeconds;
    }

    @Override
    public void run(SourceContext<SourceRecord> context) {
      int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
      int own = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
      String rest = "\",\"eventTs\":" + atSeconds + "}";
      for (long user = own; running && user < users; user += subtasks) {
        byte[] event = ("{\"eventName\":\"view\",\"userId\":\"u" + user + rest).getBytes(US_ASCII);
        synchronized (context.getCheckpointLock()) {
          context.collect(new SourceRecord("users", own, user, atSeconds * 1_000, null, event));
        }
      }
      // If subtasks ended, they would be restored as ended.
      while (running) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }

    @Override
    public void cancel() {
      running = false;
    }
  }
}
