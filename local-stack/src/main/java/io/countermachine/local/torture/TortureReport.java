package io.countermachine.local.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.countermachine.local.verification.TableComparison.Difference;
import io.countermachine.local.verification.TableComparison.Kind;
import io.countermachine.local.verification.TableComparison.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a run found.
 *
 * @param seed with which it can be run again
 * @param rows a row per fault
 * @param figures other figures by name
 * @param failures everything for which the run fails, the differences among them
 */
public record TortureReport(
    long seed, List<Row> rows, Map<String, Object> figures, List<String> failures) {

  /**
   * One fault's row.
   *
   * @param recoveredSeconds the longest time from its end until new events could be read
   * @param restores how often the job was restored, as far as the last jobmanager knows
   */
  public record Row(
      String fault,
      int times,
      double recoveredSeconds,
      long restores,
      long lost,
      long twice,
      long stale) {}

  /**
   * A step of the run.
   *
   * @param beginMillis when it began, epoch milliseconds
   */
  record Step(List<String> faults, long beginMillis, double recoveredSeconds, long restores) {}

  static TortureReport of(
      long seed,
      List<Step> steps,
      Result result,
      Map<String, Object> figures,
      List<String> otherFailures) {
    List<String> failures = new ArrayList<>(otherFailures);
    result.differences().forEach(each -> failures.add(each.kind() + " " + each.what()));
    return new TortureReport(seed, rows(steps, result.differences()), figures, failures);
  }

  private static List<Row> rows(List<Step> steps, List<Difference> differences) {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Step step : steps) {
      for (String fault : step.faults()) {
        rows.merge(
            fault,
            new Row(fault, 1, step.recoveredSeconds(), step.restores(), 0, 0, 0),
            TortureReport::sum);
      }
    }
    for (Difference difference : differences) {
      for (String fault : faultsAt(steps, difference.sentMillis())) {
        rows.merge(
            fault,
            new Row(
                fault,
                0,
                0,
                0,
                difference.kind() == Kind.LOST ? 1 : 0,
                difference.kind() == Kind.DOUBLE ? 1 : 0,
                difference.kind() == Kind.STALE ? 1 : 0),
            TortureReport::sum);
      }
    }
    return List.copyOf(rows.values());
  }

  /** The step in or after which something was sent. */
  private static List<String> faultsAt(List<Step> steps, long sentMillis) {
    List<String> faults = List.of("(none of these)");
    for (Step step : steps) {
      if (step.beginMillis() <= sentMillis) {
        faults = step.faults();
      }
    }
    return faults;
  }

  private static Row sum(Row one, Row other) {
    return new Row(
        one.fault(),
        one.times() + other.times(),
        Math.max(one.recoveredSeconds(), other.recoveredSeconds()),
        one.restores() + other.restores(),
        one.lost() + other.lost(),
        one.twice() + other.twice(),
        one.stale() + other.stale());
  }

  /** Whether table and dead letters are what the events add up to. */
  public boolean passed() {
    return failures.isEmpty();
  }

  /** For people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(
        text,
        "%-44s %5s %14s %8s %5s %6s %5s",
        "fault",
        "times",
        "recovered in",
        "restores",
        "lost",
        "double",
        "stale");
    for (Row row : rows) {
      line(
          text,
          "%-44s %5d %12.1f s %8d %5d %6d %5d",
          row.fault(),
          row.times(),
          row.recoveredSeconds(),
          row.restores(),
          row.lost(),
          row.twice(),
          row.stale());
    }
    line(text, "");
    figures.forEach((name, value) -> line(text, "%s: %s", name, value));
    failures.stream().limit(20).forEach(failure -> line(text, "WRONG: %s", failure));
    if (failures.size() > 20) {
      line(text, "… and %d more", failures.size() - 20);
    }
    line(text, "%s; seed %d", passed() ? "same" : "DIFFERENT", seed);
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  void write(Path file) {
    try {
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), this);
    } catch (IOException e) {
      throw new UncheckedIOException("the report could not be written", e);
    }
  }
}
