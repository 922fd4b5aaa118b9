package io.countermachine.bench.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many cores were in use while something was measured.
 *
 * @param cores by process; what else the machine did is one of them, where the system tells
 * @param inUse their sum
 * @param there how many the machine has
 * @param notValid why what was measured meanwhile is not valid; null where it is
 */
record CpuUse(Map<String, Double> cores, double inUse, int there, String notValid) {
  static final String ELSE = "everything else";

  /** Above it what is measured waits for the processor, and the wait is what is measured. */
  static final double MOST_SHARE = 0.85;

  /**
   * Judges a use.
   *
   * @param byProcess cores used
   * @param machine cores used by all that runs on the machine; negative where it is not known
   * @param there how many it has
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
    return "the machine was full (%.2f of %d cores in use, more than %.0f %%)"
        .formatted(inUse, there, 100 * MOST_SHARE);
  }
}
