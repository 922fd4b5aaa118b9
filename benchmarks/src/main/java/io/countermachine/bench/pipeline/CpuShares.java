package io.countermachine.bench.pipeline;

import io.countermachine.bench.load.CpuClock;
import io.countermachine.local.JavaProcess;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many cores processes use over a time; this one, with load and probe in it, is one of them.
 */
final class CpuShares {
  private final Map<String, CpuClock> clocks = new LinkedHashMap<>();
  private final Map<String, Double> before = new LinkedHashMap<>();
  private long beginNanos;

  CpuShares() {
    clocks.put("load and probe", CpuClock.of(ProcessHandle.current().pid()));
  }

  void add(String name, JavaProcess process) {
    clocks.put(name, CpuClock.of(process.pid()));
  }

  void begin() {
    beginNanos = System.nanoTime();
    clocks.forEach((name, clock) -> before.put(name, clock.seconds()));
  }

  /** Cores used since the beginning, by process. */
  Map<String, Double> cores() {
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    Map<String, Double> cores = new LinkedHashMap<>();
    clocks.forEach(
        (name, clock) -> cores.put(name, (clock.seconds() - before.get(name)) / seconds));
    return cores;
  }
}
