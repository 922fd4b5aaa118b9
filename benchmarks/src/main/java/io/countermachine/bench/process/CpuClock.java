package io.countermachine.bench.process;

import java.time.Duration;

/** The CPU time that a process has used, including ended threads. */
public final class CpuClock {
  private final ProcessHandle process;

  private CpuClock(ProcessHandle process) {
    this.process = process;
  }

  /** The clock of a running process. */
  public static CpuClock of(long pid) {
    return new CpuClock(
        ProcessHandle.of(pid)
            .orElseThrow(() -> new IllegalStateException("there is no process " + pid)));
  }

  /** CPU seconds since the process started. */
  public double seconds() {
    Duration used =
        process
            .info()
            .totalCpuDuration()
            .orElseThrow(() -> new IllegalStateException(process.pid() + " has ended"));
    return used.toNanos() / 1e9;
  }
}
