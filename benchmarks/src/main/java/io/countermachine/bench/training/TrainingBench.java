package io.countermachine.bench.training;

import io.countermachine.bench.BenchCommand;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.process.CpuClock;
import io.countermachine.bench.report.Machine;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.report.Table;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.ResidentMemory;
import io.countermachine.local.stack.LocalStack;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code counter-machine bench training}: how long a training set of 50 features over five groups
 * takes, and how much memory, with the command's own settings.
 */
@Command(
    name = "training",
    description = "time, CPU and memory of a training set, from files of events and requests")
public final class TrainingBench extends BenchCommand {
  private static final String EVENTS = "--events";
  private static final String REQUESTS = "--requests";
  private static final long SMOKE_EVENTS = 20_000;
  private static final int SMOKE_REQUESTS = 200;
  private static final int USERS = 100_000;
  private static final double SKEW = 1.1;
  private static final int FILES = 8;
  private static final Duration LIMIT = Duration.ofHours(1);

  /** As the launcher starts the command. */
  private static final String HEAP = "-Xmx1500m";

  /** The numbers in its output are parsed. */
  private static final String ENGLISH = "-Duser.language=en";

  private static final Pattern DONE =
      Pattern.compile("([\\d,]+) rows of [\\d,]+ requests, from ([\\d,]+) events, in ([\\d.]+) s");

  @Option(
      names = EVENTS,
      order = 1,
      paramLabel = "N",
      description = "number of events, default 10000000")
  private long events = 10_000_000;

  @Option(
      names = REQUESTS,
      order = 2,
      paramLabel = "N",
      description = "number of requests of one candidate each, default 100000")
  private int requests = 100_000;

  /**
   * What was measured.
   *
   * @param seconds of reading, sorting, counting and writing, without the start of the JVM
   * @param cpuSecondsPerMillion of the whole process, its start included, per million events
   * @param peakMegabytes the most memory that the process had resident
   */
  record Measured(
      Machine machine,
      long events,
      long rows,
      int features,
      String heap,
      double seconds,
      double eventsPerSecond,
      double cpuSecondsPerMillion,
      long peakMegabytes) {}

  public TrainingBench() {
    super(Set.of(), Set.of(EVENTS, REQUESTS));
  }

  @Override
  protected void check() {
    super.check();
    requireBetween(EVENTS, events, 1_000, 1e9);
    // Requests are at the instants of events.
    requireBetween(REQUESTS, requests, 1, (double) Math.min(10_000_000, events));
    if (isSmoke()) {
      events = SMOKE_EVENTS;
      requests = SMOKE_REQUESTS;
    }
  }

  @Override
  public void run(Path folder, Path results) throws IOException {
    Report.emptyFolder(folder);
    Workload.Features features = Workload.Features.SIX_GROUPS;
    Files.writeString(folder.resolve(features.file()), features.text());
    say("writing %,d events and %,d requests".formatted(events, requests));
    write(folder, new EventStream(EventStream.Shape.of(events, USERS, SKEW)));
    say("making the rows; the log is " + folder.resolve("logs/training.log"));
    Measured measured = measure(folder, features);
    Table table =
        new Table()
            .row("", "s", "events/s", "CPU s per M", "peak MB")
            .row(
                "%,d events, %,d rows of %d features"
                    .formatted(measured.events(), measured.rows(), measured.features()),
                Table.number("%.1f", measured.seconds()),
                Table.number("%,.0f", measured.eventsPerSecond()),
                Table.number("%.2f", measured.cpuSecondsPerMillion()),
                measured.peakMegabytes());
    publish(measured, table.lines(), results.resolve("training.json"));
  }

  /** Requests are spread evenly among the events, and ask for what one of those is about. */
  private void write(Path folder, EventStream stream) throws IOException {
    Files.createDirectories(folder.resolve("events"));
    List<OutputStream> files = new ArrayList<>();
    try (OutputStream asked = open(folder.resolve("requests.jsonl"))) {
      for (int i = 0; i < FILES; i++) {
        files.add(open(folder.resolve("events").resolve(i + ".jsonl")));
      }
      long every = Math.max(1, events / requests);
      for (long number = 0; stream.advance(); number++) {
        OutputStream file = files.get((int) (number * FILES / events));
        file.write(stream.json());
        file.write('\n');
        if (number % every == 0 && number / every < requests) {
          asked.write(request(stream).getBytes(StandardCharsets.US_ASCII));
        }
      }
    } finally {
      for (OutputStream file : files) {
        file.close();
      }
    }
  }

  private static OutputStream open(Path file) throws IOException {
    return new BufferedOutputStream(Files.newOutputStream(file), 1 << 20);
  }

  private static String request(EventStream stream) {
    return "{\"asOf\":%d,\"userId\":\"%s\",\"postId\":\"%s\",\"creatorId\":\"%s\"}\n"
        .formatted(
            stream.timeMillis(),
            stream.field("userId"),
            stream.field("postId"),
            stream.field("creatorId"));
  }

  private Measured measure(Path folder, Workload.Features features) {
    Path target = Installation.root().resolve("training/target");
    List<String> classPath =
        List.of(
            target.resolve("training.jar").toString(),
            target.resolve("lib") + "/*",
            target.resolve("flink") + "/*");
    List<String> jvm = new ArrayList<>(LocalStack.FLINK_OPENS);
    jvm.addAll(List.of(HEAP, ENGLISH, "-Dlogback.configurationFile=logback-training.xml"));
    List<String> arguments =
        List.of(
            "training",
            EVENTS,
            folder.resolve("events").toString(),
            REQUESTS,
            folder.resolve("requests.jsonl").toString(),
            "--catalog",
            folder.resolve(features.file()).toString(),
            "--set",
            Workload.SET,
            "--out",
            folder.resolve("train.parquet").toString());
    try (JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "training",
                classPath,
                "io.countermachine.training.Training",
                arguments,
                jvm,
                Map.of()),
            folder)) {
      Use use = new Use(process.pid());
      Await.until(
          "the training set",
          LIMIT,
          () -> {
            use.look();
            return !process.isAlive();
          });
      Matcher done = DONE.matcher(process.logTail(100));
      if (!done.find()) {
        throw new IllegalStateException(process.howItEnded("training"));
      }
      long rows = number(done.group(1));
      long read = number(done.group(2));
      if (read != events || rows != requests) {
        throw new IllegalStateException(
            "%,d rows from %,d events; expected %,d from %,d"
                .formatted(rows, read, requests, events));
      }
      double seconds = Double.parseDouble(done.group(3));
      return new Measured(
          Machine.here(),
          read,
          rows,
          new Workload(features, Workload.Size.SMOKE).catalog().sets().get(Workload.SET).size(),
          HEAP,
          seconds,
          read / seconds,
          use.cpuSeconds * 1e6 / read,
          use.peakMegabytes);
    }
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  /** What a process was seen to have used, until it ended. */
  private static final class Use {
    private final long pid;
    private final CpuClock cpu;
    private double cpuSeconds;
    private long peakMegabytes;

    private Use(long pid) {
      this.pid = pid;
      this.cpu = CpuClock.of(List.of(pid));
    }

    private void look() {
      try {
        cpuSeconds = cpu.seconds();
        peakMegabytes = Math.max(peakMegabytes, ResidentMemory.peakMegabytes(pid));
      } catch (IllegalStateException ended) {
        // What was seen last stays. It is at most a tenth of a second old.
      }
    }
  }
}
