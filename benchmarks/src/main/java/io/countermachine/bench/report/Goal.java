package io.countermachine.bench.report;

import java.util.List;

/** A goal, and how near it was come. */
public record Goal(String what, double value, boolean atMost, double bound, boolean passed) {
  public static Goal atMost(String what, double value, double bound) {
    return new Goal(what, value, true, bound, value <= bound);
  }

  public static Goal atLeast(String what, double value, double bound) {
    return new Goal(what, value, false, bound, value >= bound);
  }

  /** The goals for people, one line each. */
  public static List<String> lines(List<Goal> goals) {
    return goals.stream().map(Goal::line).toList();
  }

  private String line() {
    return "%-64s %8.2f   goal %s %-7.2f %s"
        .formatted(what, value, atMost ? "<=" : ">=", bound, passed ? "pass" : "miss");
  }
}
