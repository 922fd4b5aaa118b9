package io.countermachine.local.demo;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogCheck;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.cli.UsageException;
import io.countermachine.local.deadletters.DeadLettersCommand;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Topics;
import io.countermachine.local.stack.LocalStack;
import io.countermachine.local.table.TableOptions;
import io.countermachine.local.text.DisplayFormat;
import io.countermachine.local.text.TerminalOutput;
import io.countermachine.local.traffic.EventSender;
import io.countermachine.local.traffic.LineFile;
import io.countermachine.local.traffic.TrafficKeys;
import io.countermachine.local.traffic.TrafficLoop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code counter-machine demo}: the whole machine on this computer, with traffic or with a file of
 * events.
 */
public final class Demo {
  private static final int FAILED = 1;
  private static final int WRONG_USAGE = 2;
  private static final long REPEAT_SECONDS = 5;
  private static final long FILE_PROGRESS = 20_000;

  private static final TerminalOutput SCREEN = TerminalOutput.standard();

  private static volatile boolean failed;

  private final DemoOptions options;
  private final Path catalogFile;
  private final Catalog catalog;
  private final Path folder;
  private final LocalStack stack;
  private final CountDownLatch stopping = new CountDownLatch(1);

  private Demo(DemoOptions options, Path catalogFile, Catalog catalog, Path folder) {
    this.options = options;
    this.catalogFile = catalogFile;
    this.catalog = catalog;
    this.folder = folder;
    this.stack =
        LocalStack.of(
                new LocalStack.Config(
                    folder,
                    catalogFile,
                    options.bind(),
                    options.servicePort(),
                    options.kafkaPort(),
                    options.dynamoDbPort(),
                    options.flinkPort(),
                    Ports.free()),
                Demo::say)
            .withConsole(options.consolePort());
  }

  /** Runs the demo until it is stopped; exits with 1 where it fails and with 2 on wrong usage. */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 1 && (arguments[0].equals("--help") || arguments[0].equals("-h"))) {
      System.out.print(DemoOptions.USAGE);
      return;
    }
    try {
      prepare(DemoOptions.parse(arguments)).run();
    } catch (UsageException e) {
      System.err.println("counter-machine demo: " + e.getMessage());
      System.err.print(DemoOptions.USAGE);
      System.exit(WRONG_USAGE);
    } catch (CatalogException e) {
      e.faults().forEach(System.err::println);
      System.exit(FAILED);
    } catch (IllegalStateException | IOException e) {
      failed = true;
      System.err.println("counter-machine demo: " + e.getMessage());
      System.exit(FAILED);
    }
  }

  private static Demo prepare(DemoOptions options) throws IOException {
    Catalog catalog =
        options.catalog().isPresent()
            ? CatalogLoader.load(options.catalog().get())
            : CatalogLoader.loadBundled();
    options
        .obstacle()
        .ifPresent(
            what -> {
              throw new IllegalStateException(what);
            });
    // The service's port is this demo's alone, so its folder is, too.
    Path folder =
        Installation.root().resolve(".demo").resolve(Integer.toString(options.servicePort()));
    empty(folder);
    Files.createDirectories(folder);
    Path catalogFile =
        options.catalog().isPresent()
            ? options.catalog().get().toAbsolutePath()
            : Files.writeString(folder.resolve(CatalogLoader.BUNDLED), CatalogLoader.bundledText());
    return new Demo(options, catalogFile, catalog, folder);
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private void run() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
    say("the Counter Machine on this computer; logs are in " + folder.resolve("logs"));
    say(
        "catalog: "
            + options.catalog().map(Path::toString).orElse("the bundled one")
            + " → "
            + catalogFile);
    CatalogCheck.warnings(catalog).forEach(warning -> say("catalog warning: " + warning));
    try {
      stack.start();
      tellAddresses();
      if (options.input().isPresent()) {
        sendFile(options.input().get());
        watch(false);
      } else {
        sendTraffic();
      }
    } catch (IllegalStateException e) {
      if (stopping.getCount() == 0) {
        // Whatever was under way was cut off by the stop that was asked for.
        return;
      }
      throw e;
    }
  }

  private void tellAddresses() {
    say("");
    say("  console           " + stack.consoleAddress() + "/");
    say("  feature service   " + stack.serviceAddress());
    say("  Swagger UI        " + stack.serviceAddress() + "/swagger-ui.html");
    say("  Flink's web UI    " + stack.flinkAddress());
    say("  the job's metrics " + stack.jobMetricsAddress());
    say(
        "  Kafka             "
            + stack.broker().bootstrapServers()
            + ", topic "
            + Topics.EVENTS
            + advertised());
    say("  DynamoDB Local    " + stack.dynamoDb().endpoint() + ", table Counters");
    say("");
    if (options.bind().isOpen()) {
      say(
          "whoever reaches that address can read, write and delete all of it: "
              + options.bind().listen());
      say("");
    }
  }

  /** Where the broker sends its clients on to, where that is another host. */
  private String advertised() {
    String host = options.bind().advertised();
    return host.equals(options.bind().host())
        ? ""
        : "; it sends its clients on to " + host + ":" + options.kafkaPort();
  }

  private void sendFile(Path file) throws IOException {
    InputSummary account = new InputSummary(catalog, Clock.systemUTC());
    try (EventSender sender = new EventSender(stack.broker().bootstrapServers())) {
      LineFile.forEachLine(
          file,
          (number, line) -> {
            int event = account.sent(number, line);
            sender.sendInOrder(line, offset -> account.at(event, offset));
            if (account.events() % FILE_PROGRESS == 0) {
              say("sent " + DisplayFormat.count(account.events(), "event") + " …");
            }
          });
      sender.flush();
    }
    say(
        "sent "
            + DisplayFormat.count(account.events(), "event")
            + "; waiting until all of it is counted, written and readable …");
    stack.awaitSettled();
    stack.forEachDeadLetter(account::deadLetter);
    say("ingested %d events, %d dead letters".formatted(account.events(), account.deadLetters()));
    account
        .told(catalog.deduplication().isPresent() ? stack.duplicates() : OptionalLong.of(0))
        .forEach(Demo::say);
    if (account.deadLetters() > 0) {
      String servers = stack.broker().bootstrapServers();
      say(
          "all of them: ./counter-machine dead-letters"
              + (servers.equals(DeadLettersCommand.DEFAULT_SERVERS)
                  ? ""
                  : " --bootstrap-servers " + servers));
    }
    say("try:");
    account
        .countedKey()
        .ifPresentOrElse(
            key -> {
              say("  " + key.curl(stack.serviceAddress()));
              say("  " + key.show(showOptions()));
            },
            () -> say("  curl -s " + stack.serviceAddress() + "/v1/catalog"));
    say("serving until Ctrl-C");
  }

  /** What {@code show} has to be told for this catalog and these ports. */
  private List<String> showOptions() {
    List<String> told = new ArrayList<>();
    options.catalog().ifPresent(file -> told.addAll(List.of("--catalog", file.toString())));
    URI endpoint = stack.dynamoDb().endpoint();
    if (!endpoint.equals(TableOptions.DEMO)) {
      told.addAll(List.of("--dynamodb-endpoint", endpoint.toString()));
    }
    return told;
  }

  private void sendTraffic() throws Exception {
    try (TrafficLoop traffic =
        TrafficLoop.start(
            new EventSender(stack.broker().bootstrapServers()),
            catalog,
            options.rate(),
            System.nanoTime(),
            failure -> say("the traffic has ended: " + failure))) {
      say(
          "sending "
              + DisplayFormat.count(options.rate(), "event")
              + " per second; a ranker's call, to paste:");
      say("");
      say(new RankerRequest(stack.serviceAddress(), catalog).curl(System.currentTimeMillis()));
      say("");
      say("try, once there are some: " + new TrafficKeys(catalog).popular().show(showOptions()));
      say("");
      watch(true);
    }
  }

  /** Waits for the stop; meanwhile repeats the ranker's call, and ends where a part does. */
  private void watch(boolean ask) throws Exception {
    RankerRequest call = new RankerRequest(stack.serviceAddress(), catalog);
    while (!stopping.await(REPEAT_SECONDS, TimeUnit.SECONDS)) {
      JavaProcess dead = stack.deadPart();
      if (dead != null) {
        throw new IllegalStateException(
            "%s has ended; its log %s ends with:%n%s"
                .formatted(dead.name(), dead.log(), dead.logTail(20)));
      }
      if (ask) {
        askOnce(call);
      }
    }
  }

  private static void askOnce(RankerRequest call) throws InterruptedException {
    List<String> lines = new ArrayList<>();
    lines.add(DisplayFormat.clock(LocalTime.now(ZoneId.systemDefault())) + "  the call's answer:");
    try {
      lines.addAll(call.ask(System.currentTimeMillis()));
    } catch (IOException e) {
      lines.add("  the service did not answer: " + e);
    }
    SCREEN.draw(lines);
  }

  private void stop() {
    stopping.countDown();
    say("stopping …");
    stack.close();
    say("stopped; the logs stay in " + folder.resolve("logs"));
    if (!failed) {
      // A stop that was asked for is a success, where the JVM would report the signal.
      Runtime.getRuntime().halt(0);
    }
  }

  private static void say(String line) {
    SCREEN.say(line);
  }
}
