package io.countermachine.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The resident memory of a process, as reported by Linux. */
public final class ResidentMemory {
  private static final String PEAK = "VmHWM:";
  private static final long KILOBYTES = 1_024;

  private ResidentMemory() {}

  /** The peak resident memory of a process so far, in MB; 0 if the system does not report it. */
  public static long peakMegabytes(long pid) {
    Path status = Path.of("/proc", Long.toString(pid), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(PEAK))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / KILOBYTES)
          .findFirst()
          .orElse(0);
    } catch (IOException notReported) {
      return 0;
    }
  }
}
