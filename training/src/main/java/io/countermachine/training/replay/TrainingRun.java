package io.countermachine.training.replay;

import io.countermachine.deadletters.Reason;
import io.countermachine.job.FlinkDefaults;
import io.countermachine.job.ingest.DecodeFunction;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.training.TrainingRow;
import io.countermachine.training.TrainingSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** One run of the graph, on the cluster in Flink's environment, or in this process. */
public final class TrainingRun {
  private final StreamExecutionEnvironment env;
  private final CloseableIterator<TrainingRow> rows;
  private final JobClient job;

  private TrainingRun(
      StreamExecutionEnvironment env, CloseableIterator<TrainingRow> rows, JobClient job) {
    this.env = env;
    this.rows = rows;
    this.job = job;
  }

  /**
   * What a run has read and skipped.
   *
   * @param events the number of lines of events
   * @param deadLetters the number of events that could not be counted, by reason
   * @param blocked the number of events that rules block
   * @param requests the number of requests whose rows were made
   * @param tooYoung the number of requests whose labels cannot be known yet
   */
  public record Progress(
      long events, Map<Reason, Long> deadLetters, long blocked, long requests, long tooYoung) {}

  /**
   * Starts a run.
   *
   * @param rules the rules that block events; empty if none does
   * @param requests the file of requests
   * @param parallelism the parallelism of a run in this process
   */
  public static TrainingRun start(
      TrainingSpec spec,
      RequestScan scan,
      Optional<RuleHistory> rules,
      EventInput events,
      String requests,
      int parallelism)
      throws Exception {
    StreamExecutionEnvironment env = environment(parallelism);
    var rows =
        TrainingWorkflow.define(env, spec, rules, scan.asked(), records(env, events), requests);
    CloseableIterator<TrainingRow> iterator = rows.collectAsync();
    JobClient job = env.executeAsync("counter-machine training");
    return new TrainingRun(env, iterator, job);
  }

  /** The records, counted in the accumulator {@link CountRecords#READ}. */
  static DataStream<SourceRecord> records(StreamExecutionEnvironment env, EventInput events) {
    return events
        .records(env)
        .map(new CountRecords<>(CountRecords.READ))
        .returns(TypeInformation.of(SourceRecord.class))
        .name("count");
  }

  /** The cluster in Flink's environment, or one in this process. */
  static StreamExecutionEnvironment environment(int parallelism) {
    Configuration settings = TrainingWorkflow.settings();
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    return env instanceof LocalStreamEnvironment
        ? StreamExecutionEnvironment.createLocalEnvironment(parallelism, local(settings))
        : env;
  }

  /** The memory of a cluster in this process. Data that does not fit is sorted on disk. */
  private static Configuration local(Configuration settings) {
    Configuration local = new Configuration(settings);
    local.setString("taskmanager.memory.managed.size", "256m");
    local.setString("taskmanager.memory.network.min", "128m");
    local.setString("taskmanager.memory.network.max", "128m");
    local.setString("heartbeat.interval", "2000");
    FlinkDefaults.addLocal(local, Map.of());
    return local;
  }

  /**
   * The rows, in the order of requests. Reading blocks until the next one, and fails if the run
   * fails.
   */
  public CloseableIterator<TrainingRow> rows() {
    return rows;
  }

  /** The progress so far, with a delay of some seconds. */
  public Progress progress() throws ExecutionException, InterruptedException {
    return progress(job.getAccumulators().get());
  }

  /** The final numbers, after the last row was read. */
  public Progress result() throws Exception {
    Progress result = progress(job.getJobExecutionResult().get().getAllAccumulatorResults());
    rows.close();
    env.close();
    return result;
  }

  private static Progress progress(Map<String, Object> accumulators) {
    return new Progress(
        count(accumulators, CountRecords.READ),
        deadLetters(accumulators),
        count(accumulators, DecodeFunction.BLOCKED),
        count(accumulators, RowAssembler.MADE),
        count(accumulators, RowAssembler.TOO_YOUNG));
  }

  /** The number of events that could not be counted, by reason. */
  static Map<Reason, Long> deadLetters(Map<String, Object> accumulators) {
    Map<Reason, Long> letters = new LinkedHashMap<>();
    for (Reason reason : Reason.values()) {
      long count = count(accumulators, CountDeadLetters.accumulator(reason));
      if (count > 0) {
        letters.put(reason, count);
      }
    }
    return letters;
  }

  static long count(Map<String, Object> accumulators, String name) {
    return accumulators.get(name) instanceof Long count ? count : 0;
  }
}
