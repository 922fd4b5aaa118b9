package io.countermachine.bench.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a contender's process wrote down about itself while it worked. */
final class MeterLog {
  /**
   * Use of the machine since the process began, at an instant.
   *
   * @param compilerMillis how long it compiled, of all compiler threads; negative where the JVM
   *     does not tell
   */
  record Sample(
      long epochMillis, long records, long cpuNanos, long allocatedBytes, long compilerMillis) {}

  private final Path file;

  MeterLog(Path file) {
    this.file = file;
  }

  private List<Sample> samples() {
    try {
      List<Sample> samples = new ArrayList<>();
      if (!Files.exists(file)) {
        return samples;
      }
      String text = Files.readString(file);
      // The last line may be half written.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        String[] fields = line.split(",", -1);
        samples.add(
            new Sample(
                Long.parseLong(fields[0]),
                Long.parseLong(fields[1]),
                Long.parseLong(fields[2]),
                Long.parseLong(fields[3]),
                Long.parseLong(fields[4])));
      }
      return samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many records were read so far. */
  long records() {
    List<Sample> samples = samples();
    return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).records();
  }

  /**
   * The use of the machine, and what was read, from the time that so many records were read, at
   * least one, to an instant.
   */
  Sample between(long records, long endMillis) {
    List<Sample> samples = samples();
    Sample first =
        samples.stream().filter(sample -> sample.records() >= records).findFirst().orElseThrow();
    Sample end =
        samples.stream()
            .filter(sample -> sample.epochMillis() >= endMillis)
            .findFirst()
            .orElse(samples.get(samples.size() - 1));
    return new Sample(
        endMillis - first.epochMillis(),
        end.records() - first.records(),
        end.cpuNanos() - first.cpuNanos(),
        end.allocatedBytes() - first.allocatedBytes(),
        first.compilerMillis() < 0 ? -1 : end.compilerMillis() - first.compilerMillis());
  }
}
