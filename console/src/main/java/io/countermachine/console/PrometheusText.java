package io.countermachine.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads samples of one metric from Prometheus's text format, version 0.0.4. */
final class PrometheusText {
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(.)");

  /** One sample with its labels. */
  record Sample(Map<String, String> labels, double value) {}

  private PrometheusText() {}

  /** The samples of a metric, in the order of the text. Skips lines that are not samples. */
  static List<Sample> samples(String text, String metric) {
    Pattern line =
        Pattern.compile(
            "^"
                + Pattern.quote(metric)
                + "(?:\\{((?:[^\"}]|\"(?:[^\"\\\\]|\\\\.)*\")*)\\})?[ \\t]+(\\S+)(?:[ \\t]+-?\\d+)?[ \\t]*$",
            Pattern.MULTILINE);
    List<Sample> samples = new ArrayList<>();
    Matcher matcher = line.matcher(text);
    while (matcher.find()) {
      samples.add(new Sample(labels(matcher.group(1)), number(matcher.group(2))));
    }
    return samples;
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    if (text != null) {
      Matcher matcher = LABEL.matcher(text);
      while (matcher.find()) {
        labels.put(matcher.group(1), unescape(matcher.group(2)));
      }
    }
    return labels;
  }

  private static String unescape(String value) {
    return ESCAPE
        .matcher(value)
        .replaceAll(
            escape ->
                Matcher.quoteReplacement(escape.group(1).equals("n") ? "\n" : escape.group(1)));
  }

  /** Prometheus has its own notation for infinity and NaN. */
  private static double number(String text) {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }
}
