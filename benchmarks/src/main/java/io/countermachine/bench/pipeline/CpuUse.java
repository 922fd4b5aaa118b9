package io.countermachine.bench.pipeline;

import com.sun.management.OperatingSystemMXBean;
import io.countermachine.bench.process.CpuClock;
import io.countermachine.local.process.JavaProcess;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How many cores were in use during a measurement.
 *
 * @param cores by process; other activity of the machine is one entry, if the system reports it
 * @param inUse the sum
 * @param there the number of cores of the machine
 * @param notValid why the measurement is not valid; null if it is
 */
record CpuUse(Map<String, Double> cores, double inUse, int there, String notValid) {
  static final String ELSE = "everything else";

  /** Above this share, the contender waits for the processor, and the wait would be measured. */
  static final double MOST_SHARE = 0.85;

  /**
   * Evaluates a use of cores.
   *
   * @param byProcess cores used
   * @param machine cores used by everything on the machine; negative if unknown
   * @param there the number of cores of the machine
   */
  static CpuUse of(Map<String, Double> byProcess, double machine, int there) {
    Map<String, Double> cores = new LinkedHashMap<>(byProcess);
    double known = byProcess.values().stream().mapToDouble(Double::doubleValue).sum();
    if (machine >= 0) {
      cores.put(ELSE, Math.max(0, machine - known));
    }
    double inUse = Math.max(known, machine);
    return new CpuUse(cores, inUse, there, inUse > MOST_SHARE * there ? full(inUse, there) : null);
  }

  private static String full(double inUse, int there) {
    return "the machine was overloaded (%.2f of %d cores in use, more than %.0f %%)"
        .formatted(inUse, there, 100 * MOST_SHARE);
  }

  /**
   * Measures the use by some processes. This process, with load and probe in it, is one of them.
   */
  static final class Meter {
    private final Map<String, CpuClock> clocks = new LinkedHashMap<>();
    private final Map<String, Double> before = new LinkedHashMap<>();
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long beginNanos;

    Meter() {
      clocks.put("load and probe", CpuClock.of(List.of(ProcessHandle.current().pid())));
    }

    Meter add(String name, JavaProcess process) {
      clocks.put(name, CpuClock.of(List.of(process.pid())));
      return this;
    }

    void begin() {
      beginNanos = System.nanoTime();
      clocks.forEach((name, clock) -> before.put(name, clock.seconds()));
      // The system reports its load since the previous call.
      system.getCpuLoad();
    }

    /** Cores used since the start. */
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
}
