package io.countermachine.bench.process;

import java.time.Duration;

/** The CPU time a process has used, all its threads and those that ended. */
public final class CpuClock {
  private final ProcessHandle process;

  private CpuClock(ProcessHandle process) {
    this.process = process;
  }

  /** The clock of a process that runs. */
  public static CpuClock of(long pid) {
    return new CpuClock(
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IllegalStateException("there is no process " + pid)));
  }

  /** What was used since the process began. */
  public double seconds() {
    Duration used =
        process
            .info()
            .totalCpuDuration()
            .orElseThrow(() -> new IllegalStateException(process.pid() + " has ended"));
    return used.toNanos() / 1e9;
  }
}
