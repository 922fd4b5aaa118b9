package io.countermachine.bench.load;

import io.countermachine.bench.workload.Workload;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Main class of the load generator's process. */
public final class LoadGenerator {
  private static final int WARM_UP_IN_FLIGHT = 4;

  /** A round this much faster than all before shows that the target is not warm yet. */
  private static final double FASTER = 1.05;

  private static final int ROUNDS_WITHOUT_GAIN = 2;

  private static final double FIRST_SHARE = 0.5;

  private final LoadPlan plan;
  private final Target target;
  private final LoadLoop loop;

  private LoadGenerator(LoadPlan plan, Target target) {
    this.plan = plan;
    this.target = target;
    this.loop =
        new LoadLoop(
            target, CpuClock.of(plan.pid() == 0 ? ProcessHandle.current().pid() : plan.pid()));
  }

  /** Argument: the session's folder. Progress goes to the output. */
  public static void main(String[] arguments) throws Exception {
    Locale.setDefault(Locale.ROOT);
    LoadFiles files = new LoadFiles(Path.of(arguments[0]));
    try {
      // One process for all plans, as what it learnt with one, its compiler too, serves the next.
      LoadPlan plan = files.awaitPlan(0);
      Workload workload = new Workload(plan.size());
      URI address = URI.create(plan.address());
      try (Target target =
          plan.bareSdk()
              ? new BareSdk(address, workload)
              : new HttpTarget(address, workload, plan.coldCandidates())) {
        for (int number = 1; ; number++) {
          files.writeResult(number - 1, new LoadGenerator(plan, target).run());
          plan = files.awaitPlan(number);
        }
      }
    } catch (RuntimeException e) {
      e.printStackTrace();
      // Not all threads that libraries started end with the main one.
      System.exit(1);
    }
  }

  private LoadResult run() throws InterruptedException, IOException {
    loop.settle();
    double warm = warmUp();
    requireRight();
    say("warm: %.1f requests/s with %d under way".formatted(warm, WARM_UP_IN_FLIGHT));
    Run highest = null;
    double rate = plan.rate();
    if (rate == 0) {
      highest =
          new RateSearch(
                  loop,
                  seconds(plan.stepSeconds()),
                  plan.mostSteps(),
                  plan.boundMillis(),
                  LoadGenerator::say)
              .highest(warm * FIRST_SHARE);
      rate = highest.rate() / 2;
    }
    KeySources sources = KeySources.of(URI.create(plan.address()), !plan.bareSdk());
    Map<String, Double> before = sources.read();
    Run half = loop.open(rate, seconds(plan.measureSeconds()));
    requireRight();
    say(
        "%.1f requests/s: p50 %.1f ms, p99 %.1f ms, %.2f ms of CPU per request"
            .formatted(rate, half.p50Millis(), half.p99Millis(), half.cpuMillisPerRequest()));
    return new LoadResult(highest, half, sources.since(before));
  }

  /** Rounds of load until two in a row bring no more; gives requests per second. */
  private double warmUp() throws InterruptedException {
    double fastest = 0;
    int withoutGain = 0;
    for (int round = 0; round < plan.mostWarmUps() && withoutGain < ROUNDS_WITHOUT_GAIN; round++) {
      double rate = loop.closed(WARM_UP_IN_FLIGHT, seconds(plan.warmUpSeconds()));
      withoutGain = rate < fastest * FASTER ? withoutGain + 1 : 0;
      fastest = Math.max(fastest, rate);
    }
    return fastest;
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
    System.out.println("progress: " + line);
  }
}
