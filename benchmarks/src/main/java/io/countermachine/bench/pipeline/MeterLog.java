package io.countermachine.bench.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a contender's process recorded about itself. */
final class MeterLog {
  /**
   * The resources that the process has used since its start, at an instant.
   *
   * @param compilerMillis compilation time of all compiler threads; negative if the JVM does not
   *     report it
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
      // The last line may be incomplete.
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

  /** The number of records read so far. */
  long records() {
    List<Sample> samples = samples();
    return samples.isEmpty() ? 0 : samples.get(samples.size() - 1).records();
  }

  /**
   * The resources used and the records read, from the moment at which a number of records (at least
   * one) had been read, to an instant.
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
