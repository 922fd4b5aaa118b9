package io.countermachine.training;

import static io.countermachine.local.text.DisplayFormat.count;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.job.config.CatalogText;
import io.countermachine.local.cli.KafkaOptions;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.TopicReader;
import io.countermachine.service.evaluate.Status;
import io.countermachine.training.compare.Comparison;
import io.countermachine.training.output.RowWriter;
import io.countermachine.training.replay.EventInput;
import io.countermachine.training.replay.RequestScan;
import io.countermachine.training.replay.RuleHistory;
import io.countermachine.training.replay.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code counter-machine training}: past requests with their features at that time. */
@Command(
    name = "training",
    customSynopsis =
        "counter-machine training --events PATH --requests FILE --set NAME --out FILE [options]",
    description =
        "write one row per candidate of past requests, with the features as of the request's time")
public final class TrainingCommand extends LocalCommand {
  private static final long SECONDS_PER_REPORT = 5;
  private static final double NANOS_PER_SECOND = 1e9;

  @Option(
      names = "--events",
      paramLabel = "PATH",
      required = true,
      description =
          "events as JSON lines, plain or .gz: a file or a directory; or kafka:TOPIC, up to its current end")
  private String events;

  @Option(
      names = "--from",
      paramLabel = "START",
      description =
          "first record of kafka:TOPIC: a timestamp, epoch milliseconds or such as 2024-02-10T22:53:19Z, or"
              + " offsets PARTITION:OFFSET,…; default: the beginning of the topic")
  private String from;

  @Option(
      names = "--requests",
      paramLabel = "FILE",
      description = "requests as JSON lines: asOf, context and candidates, or flat rows")
  private String requests;

  @Option(names = "--set", paramLabel = "NAME", description = "a set of the catalog")
  private String set;

  @Option(
      names = "--features",
      paramLabel = "NAMES",
      description = "features instead of a set, separated by commas")
  private String features;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "output file; .parquet, .csv or .jsonl")
  private Path out;

  @Option(
      names = "--compare",
      paramLabel = "LOG",
      description =
          "instead of --requests and --out: logged responses of the service, to compare rows with them")
  private String compare;

  @Option(
      names = "--catalog",
      paramLabel = "FILE",
      description = "the catalog; default: the bundled one")
  private Path catalog;

  @Option(
      names = "--label",
      paramLabel = "LABEL",
      description =
          "a column that is 1 if an event followed: like:within=1h; by=FIELD,… sets other fields than the"
              + " features' keys that must agree; repeatable")
  private List<String> labels = List.of();

  @Option(
      names = "--delay",
      paramLabel = "DURATION",
      description = "delay of the counters behind a request, such as 2s; default: none")
  private String delay = "0s";

  @Option(names = "--as-seen", description = "count events from their arrival, see --arrival-field")
  private boolean asSeen;

  @Option(
      names = "--arrival-field",
      paramLabel = "FIELD",
      description = "the events' field with the record's timestamp, epoch milliseconds")
  private String arrivalField;

  @Option(
      names = "--time-field",
      paramLabel = "FIELD",
      description = "the requests' field with the time, in the catalog's unit, instead of asOf")
  private String timeField;

  @Option(
      names = "--until",
      paramLabel = "INSTANT",
      description = "end of the events, for labels; default: the newest event")
  private String until;

  @Option(
      names = "--rules",
      paramLabel = "SOURCE",
      description =
          "the rules, if the catalog has any: a file of rules as for demo, kafka:TOPIC for the"
              + " rules' topic, or none")
  private String rules;

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "LIST",
      description = "Kafka brokers of kafka:TOPIC, default: the demo's, ${DEFAULT-VALUE}")
  private String servers = KafkaOptions.DEMO;

  @Option(
      names = "--kafka-property",
      paramLabel = "KEY=VALUE",
      description = "passed to the Kafka client, for example for TLS; repeatable")
  private Map<String, String> kafkaProperties = Map.of();

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "concurrent tasks in this process; default: one per CPU")
  private int parallelism = Runtime.getRuntime().availableProcessors();

  @Override
  protected void check() {
    if ((set == null) == (features == null)) {
      throw wrong("expected either --set or --features");
    }
    if (compare == null ? requests == null || out == null : requests != null || out != null) {
      throw wrong("expected either --requests and --out, or --compare alone");
    }
    if (compare != null && !labels.isEmpty()) {
      throw wrong("--compare and --label: the service logs no labels");
    }
    boolean isTopic = EventSources.isTopic(events);
    if (asSeen && arrivalField == null && !isTopic) {
      throw wrong("--as-seen needs --arrival-field, which says when each event came");
    }
    if (isTopic && arrivalField != null) {
      throw wrong("--arrival-field: the records of a topic came at their own timestamps");
    }
    if (from != null && !isTopic) {
      throw wrong("--from is only valid with --events kafka:TOPIC");
    }
    if (from != null && !EventSources.isStart(from)) {
      throw wrong(
          "--from %s: expected epoch milliseconds, an instant such as 2024-02-10T22:53:19Z, or offsets such as"
              + " 0:1200,1:900",
          from);
    }
    requireBetween("--parallelism", parallelism, 1, 1_000);
    if (Durations.parse(delay).isEmpty() && !delay.equals("0s")) {
      throw wrong("--delay %s: expected a duration such as 2s", delay);
    }
    parsedLabels();
    untilMillis();
  }

  private List<Label> parsedLabels() {
    List<Label> parsed = new ArrayList<>();
    for (String label : labels) {
      try {
        parsed.add(Label.parse(label));
      } catch (IllegalArgumentException e) {
        throw wrong("%s", e.getMessage());
      }
    }
    return parsed;
  }

  private Long untilMillis() {
    if (until == null) {
      return null;
    }
    OptionalLong millis = EventSources.millis(until);
    if (millis.isEmpty()) {
      throw wrong(
          "--until %s: expected epoch milliseconds, or an instant such as 2024-02-10T22:53:19Z",
          until);
    }
    return millis.getAsLong();
  }

  private TrainingSpec trainingSpec() {
    CatalogText text =
        catalog == null
            ? new CatalogText(CatalogLoader.BUNDLED, CatalogLoader.bundledText())
            : CatalogText.read(catalog);
    return TrainingPlan.checked(
        new TrainingSpec(
            text,
            set,
            features == null ? List.of() : List.of(features.split(",", -1)),
            parsedLabels(),
            Durations.parse(delay).map(java.time.Duration::toMillis).orElse(0L),
            asSeen,
            timeField,
            untilMillis(),
            compare != null));
  }

  @Override
  protected int run() throws Exception {
    TrainingSpec spec = trainingSpec();
    String option = compare == null ? "--requests" : "--compare";
    String given = compare == null ? requests : compare;
    String requestFile = absolute(given);
    if (!requestFile.contains("://") && !Files.isReadable(Path.of(requestFile))) {
      return fail("%s %s: there is no such file, or it is not readable", option, given);
    }
    Properties kafka = TopicReader.client(servers, kafkaProperties);
    Optional<RuleHistory> pastRules = PastRules.read(rules, spec, kafka, err()::println);
    EventInput input = EventSources.of(events, from, arrivalField, kafka);
    RequestScan scan = RequestScan.of(requestFile, spec.plan());
    if (scan.faulty() > 0) {
      scan.faults().forEach(err()::println);
      return fail("%d of %d requests are wrong", scan.faulty(), scan.requests());
    }
    if (scan.requests() == 0) {
      return fail("%s %s: there are no requests", option, given);
    }
    long begin = System.nanoTime();
    FeatureStatuses statuses = new FeatureStatuses(spec.plan());
    TrainingRun.Progress result;
    if (compare == null) {
      try (RowWriter writer = RowWriter.open(out, spec.plan())) {
        result = result(spec, scan, pastRules, input, requestFile, statuses, writer::write);
        writer.finish();
      }
    } else {
      try (Comparison comparison = new Comparison(requestFile, spec.plan())) {
        result = result(spec, scan, pastRules, input, requestFile, statuses, comparison::compare);
        comparison.print(spec.catalog().hash(), out()::println);
      }
    }
    report(spec, scan, result, statuses, (System.nanoTime() - begin) / NANOS_PER_SECOND);
    return DONE;
  }

  private TrainingRun.Progress result(
      TrainingSpec spec,
      RequestScan scan,
      Optional<RuleHistory> pastRules,
      EventInput input,
      String requestFile,
      FeatureStatuses statuses,
      RowConsumer rows)
      throws Exception {
    TrainingRun run = TrainingRun.start(spec, scan, pastRules, input, requestFile, parallelism);
    consume(run, scan, rows, statuses);
    return run.result();
  }

  /** Receives rows in their order. */
  private interface RowConsumer {
    void accept(TrainingRow row) throws IOException;
  }

  private static String absolute(String path) {
    return path.contains("://") ? path : Path.of(path).toAbsolutePath().toString();
  }

  private void consume(
      TrainingRun run, RequestScan scan, RowConsumer consumer, FeatureStatuses statuses)
      throws Exception {
    try (ProgressReports reports =
        ProgressReports.every(SECONDS_PER_REPORT, () -> progress(run.progress(), scan))) {
      for (Iterator<TrainingRow> rows = run.rows(); rows.hasNext(); ) {
        TrainingRow row = rows.next();
        statuses.count(row);
        consumer.accept(row);
      }
    }
  }

  private void progress(TrainingRun.Progress progress, RequestScan scan) {
    err()
        .println(
            "  %,d events read, %,d of %,d requests done"
                .formatted(progress.events(), progress.requests(), scan.requests()));
  }

  private void report(
      TrainingSpec spec,
      RequestScan scan,
      TrainingRun.Progress result,
      FeatureStatuses statuses,
      double seconds) {
    out()
        .println(
            "%,d rows of %,d requests, from %,d events, in %.1f s%s"
                .formatted(
                    statuses.rows(),
                    scan.requests(),
                    result.events(),
                    seconds,
                    out == null ? "" : ": " + out));
    RunReport.deadLetters(result.deadLetters(), out());
    if (result.blocked() > 0) {
      out().println("not counted: %s that rules block".formatted(count(result.blocked(), "event")));
    }
    if (result.tooYoung() > 0) {
      out()
          .println(
              "%,d requests were left out: the time of their labels had not passed at the end of the events"
                  .formatted(result.tooYoung()));
    }
    for (int label = 0; label < spec.labels().size(); label++) {
      Label each = spec.labels().get(label);
      out()
          .println(
              "%s: 1 in %.2f %% of the rows, by %s"
                  .formatted(
                      each.name(), 100 * statuses.labelShare(label), String.join(", ", each.by())));
    }
    for (Map.Entry<String, Status> feature : statuses.constant().entrySet()) {
      out().println("%s is %s in every row".formatted(feature.getKey(), feature.getValue().name()));
    }
  }
}
