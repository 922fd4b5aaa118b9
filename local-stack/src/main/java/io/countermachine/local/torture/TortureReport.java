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
 * The result of a run.
 *
 * @param seed repeats the run
 * @param rows one row per fault
 * @param figures other figures by name
 * @param failures every reason why the run fails, including differences
 */
public record TortureReport(
    long seed, List<Row> rows, Map<String, Object> figures, List<String> failures) {
  private static final int FAILURES_SHOWN = 20;

  /**
   * The row of a fault.
   *
   * @param recoveredSeconds the longest time from the end of the fault until new events were
   *     readable
   * @param restores how often the job was restored, as far as the last jobmanager knows
   */
  public record Row(
      String fault,
      int times,
      double recoveredSeconds,
      long restores,
      long lost,
      long twice,
      long stale) {
    private static Row of(String fault, Step step) {
      return new Row(fault, 1, step.recoveredSeconds(), step.restores(), 0, 0, 0);
    }

    private static Row of(String fault, Kind kind) {
      return new Row(
          fault,
          0,
          0,
          0,
          kind == Kind.LOST ? 1 : 0,
          kind == Kind.DOUBLE ? 1 : 0,
          kind == Kind.STALE ? 1 : 0);
    }

    private Row plus(Row other) {
      return new Row(
          fault,
          times + other.times,
          Math.max(recoveredSeconds, other.recoveredSeconds),
          restores + other.restores,
          lost + other.lost,
          twice + other.twice,
          stale + other.stale);
    }
  }

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
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Step step : steps) {
      step.faults().forEach(fault -> rows.merge(fault, Row.of(fault, step), Row::plus));
    }
    for (Difference each : result.differences()) {
      failures.add(each.kind() + " " + each.what());
      for (String fault : faultsAt(steps, each.sentMillis())) {
        rows.merge(fault, Row.of(fault, each.kind()), Row::plus);
      }
    }
    return new TortureReport(seed, List.copyOf(rows.values()), figures, failures);
  }

  /** The faults of the step during or after which something was sent. */
  private static List<String> faultsAt(List<Step> steps, long sentMillis) {
    List<String> faults = List.of("(none of these)");
    for (Step step : steps) {
      if (step.beginMillis() <= sentMillis) {
        faults = step.faults();
      }
    }
    return faults;
  }

  /** Returns true if table and dead letters equal what the events add up to. */
  public boolean passed() {
    return failures.isEmpty();
  }

  /** The report as text for people. */
  public String text() {
    StringBuilder text = new StringBuilder();
    line(text, "%-44s times   recovered in restores  lost double stale", "fault");
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
    failures.stream().limit(FAILURES_SHOWN).forEach(failure -> line(text, "WRONG: %s", failure));
    if (failures.size() > FAILURES_SHOWN) {
      line(text, "… and %d more", failures.size() - FAILURES_SHOWN);
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
