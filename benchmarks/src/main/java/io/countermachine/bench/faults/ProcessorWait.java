package io.countermachine.bench.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * For which share of a time some process of this machine waited for a processor, according to
 * Linux's pressure stall information.
 */
final class ProcessorWait {
  private static final Path PRESSURE = Path.of("/proc/pressure/cpu");
  private static final Pattern TOTAL = Pattern.compile("(?m)^some .*total=(\\d+)");
  private static final double NANOS_PER_MICRO = 1_000;

  private final long beginNanos = System.nanoTime();
  private final Long begin = totalMicros();

  /** The share since this object was created; null where the system does not say. */
  Double share() {
    Long end = totalMicros();
    return begin == null || end == null
        ? null
        : (end - begin) * NANOS_PER_MICRO / (System.nanoTime() - beginNanos);
  }

  private static Long totalMicros() {
    try {
      return totalMicros(Files.readString(PRESSURE));
    } catch (IOException notThisSystem) {
      return null;
    }
  }

  static Long totalMicros(String pressure) {
    Matcher total = TOTAL.matcher(pressure);
    return total.find() ? Long.valueOf(total.group(1)) : null;
  }
}
