package io.countermachine.training;

import io.countermachine.deadletters.Reason;
import java.io.PrintWriter;
import java.util.Map;
import java.util.stream.Collectors;

/** Texts that commands print about a run. */
public final class RunReport {
  private RunReport() {}

  /** Prints how many events could not be counted, by reason; nothing if all could. */
  public static void deadLetters(Map<Reason, Long> letters, PrintWriter out) {
    if (!letters.isEmpty()) {
      out.println(
          "not counted: "
              + letters.entrySet().stream()
                  .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey().label()))
                  .collect(Collectors.joining(", ")));
    }
  }
}
