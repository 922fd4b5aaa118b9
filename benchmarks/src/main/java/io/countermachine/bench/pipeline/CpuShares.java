package io.countermachine.bench.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.countermachine.bench.load.CpuClock;
import io.countermachine.local.process.JavaProcess;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many cores processes use over a time; this one, with load and probe in it, is one of them.
 */
final class CpuShares {
  private final Map<String, CpuClock> clocks = new LinkedHashMap<>();
  private final Map<String, Double> before = new LinkedHashMap<>();
  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private long beginNanos;

  CpuShares() {
    clocks.put("load and probe", CpuClock.of(ProcessHandle.current().pid()));
  }

  CpuShares add(String name, JavaProcess process) {
    clocks.put(name, CpuClock.of(process.pid()));
    return this;
  }

  void begin() {
    beginNanos = System.nanoTime();
    clocks.forEach((name, clock) -> before.put(name, clock.seconds()));
    // The system tells its load since it was asked last.
    system.getCpuLoad();
  }

  /** Cores used since the beginning. */
  CpuUse use() {
    double seconds = (System.nanoTime() - beginNanos) / 1e9;
    int there = Runtime.getRuntime().availableProcessors();
    double machine = system.getCpuLoad() * there;
    Map<String, Double> cores = new LinkedHashMap<>();
    clocks.forEach(
        (name, clock) -> cores.put(name, (clock.seconds() - before.get(name)) / seconds));
    return CpuUse.of(cores, machine, there);
  }
}
