package io.countermachine.local.demo;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogCheck;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.cli.KafkaOptions;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Folders;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.TopicReader;
import io.countermachine.local.process.Topics;
import io.countermachine.local.rules.RulesFile;
import io.countermachine.local.stack.LocalStack;
import io.countermachine.local.table.TableOptions;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.text.TerminalOutput;
import io.countermachine.local.traffic.BotRule;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.traffic.LineFile;
import io.countermachine.local.traffic.TrafficGenerator;
import io.countermachine.local.traffic.TrafficKeys;
import io.countermachine.local.traffic.TrafficLoop;
import io.countermachine.rules.RulesWriter;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.RecordMetadata;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code counter-machine demo}: runs the whole machine on this computer, with generated traffic or
 * with a file of events.
 */
@Command(
    name = "demo",
    customSynopsis = "counter-machine demo [options]",
    description =
        "start Kafka, DynamoDB Local, the Flink job, the feature service and the console on this"
            + " machine")
public final class Demo extends LocalCommand {
  private static final long REPEAT_SECONDS = 5;
  private static final long FILE_PROGRESS = 20_000;
  private static final TerminalOutput SCREEN = TerminalOutput.standard();

  @Mixin private DemoOptions options;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private volatile boolean failed;
  private Path folder;
  private Path catalogFile;
  private Catalog catalog;
  private LocalStack stack;

  @Override
  protected void check() {
    options.check();
  }

  /** Runs until the demo is stopped. */
  @Override
  protected int run() throws Exception {
    catalog = catalog(options.catalog().orElse(null));
    String obstacle = options.obstacle().orElse(null);
    if (obstacle != null) {
      return fail("%s", obstacle);
    }
    try {
      prepare();
      runUntilStopped();
      return DONE;
    } catch (IllegalStateException | IOException e) {
      failed = true;
      return fail("%s", e.getMessage());
    }
  }

  DemoOptions options() {
    return options;
  }

  private void prepare() throws IOException {
    // Only one demo can have the service's port, so the folder cannot be in use by another one.
    folder = Installation.root().resolve(".demo").resolve(Integer.toString(options.servicePort()));
    Folders.empty(folder);
    catalogFile =
        options.catalog().isPresent()
            ? options.catalog().get().toAbsolutePath()
            : Files.writeString(folder.resolve(CatalogLoader.BUNDLED), CatalogLoader.bundledText());
    stack =
        LocalStack.of(
                new LocalStack.Config(
                    folder,
                    catalogFile,
                    options.bind(),
                    options.servicePort(),
                    options.grpcPort(),
                    options.kafkaPort(),
                    options.dynamoDbPort(),
                    options.flinkPort(),
                    Ports.free()),
                SCREEN::say)
            .withConsole(options.consolePort());
    if (options.input().isEmpty()) {
      stack.withEvents(this::sendPast);
    }
    List<RulesFile.Line> rules = rules();
    catalog
        .rules()
        .ifPresent(
            ofCatalog ->
                stack.withRules(
                    ofCatalog.topic(), servers -> write(rules, servers, ofCatalog.topic())));
  }

  /** Uses one partition, so that the events stay in order. */
  private void sendPast(String servers) {
    try (EventSender sender = new EventSender(servers)) {
      new TrafficGenerator(catalog, System.nanoTime())
          .past(System.currentTimeMillis())
          .forEach(sender::sendInOrder);
      sender.flush();
    }
  }

  private List<RulesFile.Line> rules() throws IOException {
    if (options.rules().isEmpty()) {
      return List.of();
    }
    return RulesFile.read(
        options.rules().get(),
        catalog
            .rules()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "--rules: the catalog has no rules; add for example rules: {topic: rules, lists: {bots: userId}}")));
  }

  private static void write(List<RulesFile.Line> rules, String servers, String topic) {
    if (rules.isEmpty()) {
      return;
    }
    try (RulesWriter writer = new RulesWriter(TopicReader.client(servers), topic)) {
      List<Future<RecordMetadata>> sent =
          rules.stream().map(rule -> writer.send(rule.key(), rule.value())).toList();
      for (Future<RecordMetadata> each : sent) {
        writer.await(each);
      }
    } catch (RulesWriter.WriteException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    say("%s in topic %s", DisplayFormat.count(rules.size(), "rule"), topic);
  }

  private void runUntilStopped() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    say("the Counter Machine on this computer; logs are in %s", folder.resolve("logs"));
    say(
        "catalog: %s → %s",
        options.catalog().map(Path::toString).orElse("the bundled one"), catalogFile);
    if (options.catalog().isPresent()) {
      CatalogCheck.warnings(catalog).forEach(warning -> say("catalog warning: %s", warning));
    }
    try {
      stack.start();
      printAddresses();
      if (options.input().isPresent()) {
        sendFile(options.input().get());
        watch(false);
      } else {
        sendTraffic();
      }
    } catch (IllegalStateException e) {
      // A requested stop interrupts whatever is in progress.
      if (stopping.getCount() > 0) {
        throw e;
      }
    }
  }

  private void printAddresses() {
    String broker = stack.broker().bootstrapServers();
    String advertised = options.bind().advertised();
    say("");
    say("  console           %s/", stack.consoleAddress());
    say("  feature service   %s", stack.serviceAddress());
    say("  over gRPC         %s", stack.grpcAddress());
    say("  Swagger UI        %s/swagger-ui.html", stack.serviceAddress());
    say("  Flink's web UI    %s", stack.flinkAddress());
    say("  the job's metrics %s", stack.jobMetricsAddress());
    say(
        "  Kafka             %s, topic %s%s",
        broker,
        Topics.EVENTS,
        advertised.equals(options.bind().host())
            ? ""
            : "; it advertises " + advertised + ":" + options.kafkaPort());
    say("  DynamoDB Local    %s, table Counters", stack.dynamoDb().endpoint());
    say("");
    if (options.bind().isOpen()) {
      say(
          "anyone who can reach this address can read, write and delete everything: %s",
          options.bind().listen());
      say("");
    }
  }

  private void sendFile(Path file) throws IOException {
    InputSummary summary = new InputSummary(catalog, Clock.systemUTC());
    String servers = stack.broker().bootstrapServers();
    try (EventSender sender = new EventSender(servers)) {
      LineFile.forEachLine(
          file,
          (number, line) -> {
            int event = summary.sent(number, line);
            sender.sendInOrder(line, offset -> summary.at(event, offset));
            if (summary.events() % FILE_PROGRESS == 0) {
              say("sent %s …", DisplayFormat.count(summary.events(), "event"));
            }
          });
      sender.flush();
    }
    say(
        "sent %s; waiting until all of it is counted, written and readable …",
        DisplayFormat.count(summary.events(), "event"));
    stack.awaitSettled();
    stack.forEachDeadLetter(summary::deadLetter);
    say("ingested %d events, %d dead letters", summary.events(), summary.deadLetters());
    summary
        .lines(
            catalog.deduplication().isPresent() ? stack.duplicates() : OptionalLong.of(0),
            stack.blocked(catalog.rules().map(rules -> rules.lists().keySet()).orElse(Set.of())))
        .forEach(SCREEN::say);
    if (summary.deadLetters() > 0) {
      say(
          "all of them: ./counter-machine dead-letters%s",
          servers.equals(KafkaOptions.DEMO) ? "" : " --bootstrap-servers " + servers);
    }
    say("try:");
    summary
        .countedKey()
        .ifPresentOrElse(
            key -> {
              say("  %s", key.curl(stack.serviceAddress()));
              say("  %s", key.show(showOptions()));
            },
            () -> say("  curl -s %s/v1/catalog", stack.serviceAddress()));
    say("serving until Ctrl-C");
  }

  /** The options of {@code show} for this catalog and these ports. */
  private List<String> showOptions() {
    List<String> show = new ArrayList<>();
    options.catalog().ifPresent(file -> show.addAll(List.of("--catalog", file.toString())));
    URI endpoint = stack.dynamoDb().endpoint();
    if (!endpoint.equals(TableOptions.DEMO)) {
      show.addAll(List.of("--dynamodb-endpoint", endpoint.toString()));
    }
    return show;
  }

  private void sendTraffic() throws Exception {
    try (TrafficLoop traffic =
        TrafficLoop.start(
            new EventSender(stack.broker().bootstrapServers()),
            catalog,
            options.rate(),
            System.nanoTime(),
            failure -> say("the traffic has ended: %s", failure))) {
      say(
          "sending %s per second; a ranker's call, to paste:",
          DisplayFormat.count(options.rate(), "event"));
      say("");
      SCREEN.say(
          new RankerRequest(stack.serviceAddress(), catalog).curl(System.currentTimeMillis()));
      say("");
      if (options.rules().isEmpty()) {
        BotRule.of(catalog).ifPresent(this::stopBot);
      }
      say("try, once there are some: %s", new TrafficKeys(catalog).popular().show(showOptions()));
      say("");
      watch(true);
    }
  }

  private void stopBot(BotRule rule) {
    Instant from = Instant.now().plus(BotRule.COUNTED);
    rule.publish(stack.broker().bootstrapServers(), from.toEpochMilli());
    say(
        "user %s is a bot; from %s, a rule blocks it (list %s): its events are not counted, and its keys are BLOCKED",
        rule.value(),
        DisplayFormat.clock(LocalTime.ofInstant(from, ZoneId.systemDefault())),
        rule.list());
    say("");
  }

  /** Waits for the stop. Meanwhile repeats the ranker's call, and fails if a process ends. */
  private void watch(boolean ask) throws Exception {
    RankerRequest request = new RankerRequest(stack.serviceAddress(), catalog);
    while (!stopping.await(REPEAT_SECONDS, TimeUnit.SECONDS)) {
      stack.requireAlive();
      if (ask) {
        ask(request);
      }
    }
  }

  private void ask(RankerRequest request) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add(DisplayFormat.clock(LocalTime.now(ZoneId.systemDefault())) + "  the call's answer:");
    try {
      lines.addAll(request.send(System.currentTimeMillis()));
    } catch (IOException e) {
      lines.add("  the service did not answer: " + e);
    }
    // A service that is being stopped does not answer, which is no news.
    if (stopping.getCount() > 0) {
      SCREEN.draw(lines);
    }
  }

  private void stop() {
    stopping.countDown();
    say("stopping …");
    stack.close();
    say("stopped; the logs stay in %s", folder.resolve("logs"));
    if (!failed) {
      // A requested stop is a success. Without this, the JVM would exit with the signal's code.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void say(String format, Object... values) {
    SCREEN.say(String.format(Locale.ROOT, format, values));
  }
}
