package io.countermachine.bench.process;

import java.time.Duration;
import java.util.List;

/** The CPU time that processes have used, including ended threads. */
public final class CpuClock {
  private final List<ProcessHandle> processes;

  private CpuClock(List<ProcessHandle> processes) {
    this.processes = processes;
  }

  /** The clock of running processes. */
  public static CpuClock of(List<Long> pids) {
    return new CpuClock(
        pids.stream()
            .map(
                pid ->
                    ProcessHandle.of(pid)
                        .orElseThrow(() -> new IllegalStateException("there is no process " + pid)))
            .toList());
  }

  /** CPU seconds since the processes started. */
  public double seconds() {
    return processes.stream().mapToDouble(CpuClock::seconds).sum();
  }

  private static double seconds(ProcessHandle process) {
    Duration used =
        process
            .info()
            .totalCpuDuration()
            .orElseThrow(() -> new IllegalStateException(process.pid() + " has ended"));
    return used.toNanos() / 1e9;
  }
}
