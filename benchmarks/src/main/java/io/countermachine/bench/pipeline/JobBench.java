package io.countermachine.bench.pipeline;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.report.Report;
import io.countermachine.local.process.LocalBroker;
import io.countermachine.local.process.Ports;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Option;

/** A benchmark of the job, which reads events from a broker. */
public abstract class JobBench extends BenchCommand {
  /**
   * Makes the streaming job behave as long after a start, when no older write is expected any more.
   * Otherwise every key would be written once more during the measurement.
   */
  private static final List<String> SETTLED = List.of("--confirm-after", "1ms");

  @Option(
      names = "--job",
      order = 97,
      paramLabel = "FLAGS",
      defaultValue = "",
      description =
          "flags for ours: those with -X go to its JVM, all others to the job; not kept in results/")
  private String jobFlags;

  private Path folder;
  private LocalBroker broker;

  protected JobBench(Set<String> smokeCompanions, Set<String> notKept) {
    super(smokeCompanions, notKept);
  }

  /** Measures with the running broker. */
  protected abstract void measure(Path results);

  @Override
  public final void run(Path workFolder, Path results) {
    folder = Report.emptyFolder(workFolder);
    say("logs are in " + folder.resolve("logs"));
    try (LocalBroker started = LocalBroker.start(folder, Ports.free()).awaitReady()) {
      broker = started;
      measure(results);
    }
  }

  protected final LocalBroker broker() {
    return broker;
  }

  /** Sends all events of a stream to a new topic. */
  protected final EventStream send(String topic, EventStream.Shape shape) {
    EventStream stream = new EventStream(shape);
    say("  sending %,d events to the broker".formatted(shape.events()));
    EventTopic.fill(broker, topic, stream);
    return stream;
  }

  /**
   * The processes with flags for the streaming job. If a setting occurs twice, the last one counts,
   * which is the user's.
   */
  protected final PipelineProcesses processes(List<String> moreFlags) {
    return new PipelineProcesses(folder, broker.bootstrapServers(), flags(moreFlags), isSmoke());
  }

  protected final List<String> flags(List<String> moreFlags) {
    List<String> flags = new ArrayList<>(SETTLED);
    flags.addAll(moreFlags);
    flags.addAll(words(jobFlags));
    return flags;
  }
}
