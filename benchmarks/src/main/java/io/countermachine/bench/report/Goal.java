package io.countermachine.bench.report;

import java.util.List;

/**
 * A goal and its result.
 *
 * @param passed whether it was met; always false for a value that is not valid
 * @param notValid why the value is not valid; null if it is
 */
public record Goal(
    String what, double value, boolean atMost, double bound, boolean passed, String notValid) {
  public static Goal atMost(String what, double value, double bound) {
    return new Goal(what, value, true, bound, value <= bound, null);
  }

  public static Goal atLeast(String what, double value, double bound) {
    return new Goal(what, value, false, bound, value >= bound, null);
  }

  /** This goal, marked as not valid for a reason; unchanged if the reason is null. */
  public Goal unlessNotValid(String reason) {
    return reason == null ? this : new Goal(what, value, atMost, bound, false, reason);
  }

  /** The goals as text for people, one line each. */
  public static List<String> lines(List<Goal> goals) {
    return goals.stream().map(Goal::line).toList();
  }

  private String line() {
    return "%-64s %8.2f   goal %s %-7.2f %s"
        .formatted(what, value, atMost ? "<=" : ">=", bound, verdict());
  }

  private String verdict() {
    if (notValid != null) {
      return "not valid: " + notValid;
    }
    return passed ? "pass" : "miss";
  }
}
