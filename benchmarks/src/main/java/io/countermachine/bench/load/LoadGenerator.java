package io.countermachine.bench.load;

import io.countermachine.bench.process.CpuClock;
import io.countermachine.bench.report.Report;
import io.countermachine.bench.workload.Workload;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Stalls;
import io.countermachine.local.stub.DynamoDbStub;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The main class of the load generator's process. It executes one plan after the other. */
public final class LoadGenerator {
  /** The prefix of output lines for people. */
  public static final String PROGRESS = "progress: ";

  private static final int WARM_UP_IN_FLIGHT = 4;

  /**
   * A round that is faster than all earlier ones by this factor shows that the target is not warm
   * yet.
   */
  private static final double FASTER = 1.05;

  private static final int ROUNDS_WITHOUT_GAIN = 2;

  // The steps between the rates of a search, and its end.
  private static final double FIRST_SHARE = 0.5;
  private static final double RAISE = 1.25;
  private static final double LOWER = 1.6;
  private static final double CLOSE_ENOUGH = 1.05;

  private static final Stalls STALLS = Stalls.begin();

  private final HttpClient http = HttpClient.newHttpClient();
  private final LoadPlan plan;
  private final Target target;
  private final LoadLoop loop;

  private LoadGenerator(LoadPlan plan, Target target) {
    this.plan = plan;
    this.target = target;
    List<Long> pids = plan.pids().isEmpty() ? List.of(ProcessHandle.current().pid()) : plan.pids();
    this.loop = new LoadLoop(target, CpuClock.of(pids));
  }

  /** Argument: the session's folder. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    Path session = Path.of(arguments[0]);
    try {
      // One process executes all plans, so that its compiled code serves the next plan, too.
      LoadPlan plan = awaitPlan(session, 0);
      Workload workload = new Workload(plan.features(), plan.size());
      URI address = URI.create(plan.address());
      try (Target target =
          plan.bareSdk()
              ? new BareSdk(address, workload)
              : new HttpTarget(address, workload, plan.coldCandidates())) {
        for (int number = 1; ; number++) {
          LoadResult result = new LoadGenerator(plan, target).run();
          Report.write(result, LoadResult.file(session, number - 1));
          plan = awaitPlan(session, number);
        }
      }
    } catch (RuntimeException e) {
      e.printStackTrace();
      // Threads of libraries would otherwise keep the process alive.
      System.exit(1);
    }
  }

  private static LoadPlan awaitPlan(Path session, int number) {
    Path file = LoadPlan.file(session, number);
    while (!Files.exists(file)) {
      Await.pause();
    }
    return Report.read(file, LoadPlan.class);
  }

  private LoadResult run() throws InterruptedException, IOException {
    loop.settle();
    double warm = warmUp();
    requireRight();
    say("warm: %.1f requests/s with %d under way".formatted(warm, WARM_UP_IN_FLIGHT));
    Run highest = plan.rate() == 0 ? highest(warm * FIRST_SHARE) : null;
    double rate = highest == null ? plan.rate() : highest.rate() / 2;
    ServiceMetrics before = metrics();
    URI store = URI.create(plan.store());
    Stalls.Seen unused = STALLS.take();
    unused = DynamoDbStub.stalls(store);
    Run half = loop.open(rate, seconds(plan.course().measureSeconds()));
    Stalls.Seen ownStalls = STALLS.take();
    Stalls.Seen storeStalls = DynamoDbStub.stalls(store);
    requireRight();
    say(
        "%.1f requests/s: p50 %.1f ms, p99 %.1f ms, %.2f ms of CPU per request"
            .formatted(rate, half.p50Millis(), half.p99Millis(), half.cpuMillisPerRequest()));
    ServiceMetrics after = metrics();
    double allocated = after.allocatedBytes() - before.allocatedBytes();
    LoadResult result =
        new LoadResult(
            highest,
            half,
            after.keysSince(before),
            Double.isNaN(allocated) ? null : allocated / half.due(),
            ownStalls,
            storeStalls);
    if (result.allocatedBytesPerRequest() != null) {
      say("%.2f MB allocated per request".formatted(result.allocatedBytesPerRequest() / 1e6));
    }
    if (result.notValid() != null) {
      say("not valid: " + result.notValid());
    }
    return result;
  }

  /**
   * Repeats rounds of load until two in a row bring no improvement. Returns requests per second.
   */
  private double warmUp() throws InterruptedException {
    double fastest = 0;
    int withoutGain = 0;
    int rounds = plan.course().mostWarmUps();
    for (int round = 0; round < rounds && withoutGain < ROUNDS_WITHOUT_GAIN; round++) {
      double rate = loop.closed(WARM_UP_IN_FLIGHT, seconds(plan.course().warmUpSeconds()));
      withoutGain = rate < fastest * FASTER ? withoutGain + 1 : 0;
      fastest = Math.max(fastest, rate);
    }
    return fastest;
  }

  /** The run at the highest sustained rate; if there is none, the run at the lowest rate. */
  private Run highest(double firstRate) {
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double rate = firstRate;
    Run best = null;
    Run last = null;
    for (int i = 0; i < plan.course().mostSteps() && high > CLOSE_ENOUGH * low; i++) {
      last = attempt(rate);
      // A second attempt, because other work may have disturbed the first.
      last = last.holds(plan.boundMillis()) ? last : attempt(rate);
      if (last.holds(plan.boundMillis())) {
        low = rate;
        best = last;
        rate = Double.isInfinite(high) ? rate * RAISE : (low + high) / 2;
      } else {
        high = rate;
        rate = low > 0 ? (low + high) / 2 : rate / LOWER;
      }
    }
    return best != null ? best : last;
  }

  private Run attempt(double rate) {
    Run run = loop.open(rate, seconds(plan.course().stepSeconds()));
    boolean held = run.holds(plan.boundMillis());
    say(
        "%.1f requests/s: p99 %.1f ms, %d failed%s"
            .formatted(rate, run.p99Millis(), run.failures(), held ? "" : ": too much"));
    return run;
  }

  /** The metrics of the service; empty for the bare SDK. */
  private ServiceMetrics metrics() throws IOException, InterruptedException {
    if (plan.bareSdk()) {
      return ServiceMetrics.parse("");
    }
    URI address = URI.create(plan.address()).resolve("/actuator/prometheus");
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
            HttpResponse.BodyHandlers.ofString());
    return ServiceMetrics.parse(response.statusCode() == 200 ? response.body() : "");
  }

  private void requireRight() {
    String wrong = target.wrongAnswer();
    if (wrong != null) {
      throw new IllegalStateException("a wrong answer: " + wrong);
    }
  }

  private static Duration seconds(double seconds) {
    return Duration.ofNanos((long) (seconds * 1e9));
  }

  private static void say(String line) {
    System.out.println(PROGRESS + line);
  }
}
