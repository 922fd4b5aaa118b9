package io.countermachine.training.ranking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A picture of how well each count alone ranks, by its interval: a line for each group. */
final class StrengthChart {
  private static final List<String> INTERVALS = List.of("10m", "1h", "6h", "1d", "7d", "lifetime");
  private static final List<String> COLORS =
      List.of("#4477aa", "#ee6677", "#228833", "#ccbb44", "#aa3377");
  private static final String MEASURE = ".click.";
  private static final int LEFT = 60;
  private static final int TOP = 30;
  private static final int STEP = 90;
  private static final int HEIGHT = 260;
  private static final int WIDTH = 720;

  private final Map<String, double[]> lines = new LinkedHashMap<>();
  private final double most;

  /** Takes the strength of each feature; groups that have not all intervals are left out. */
  StrengthChart(Map<String, Double> strengths) {
    for (String feature : strengths.keySet()) {
      int measure = feature.indexOf(MEASURE);
      if (measure > 0) {
        String group = feature.substring(0, measure);
        if (INTERVALS.stream().allMatch(each -> strengths.containsKey(group + MEASURE + each))) {
          lines.computeIfAbsent(
              group,
              name ->
                  INTERVALS.stream()
                      .mapToDouble(interval -> strengths.get(name + MEASURE + interval))
                      .toArray());
        }
      }
    }
    // The axis goes from 0 to the next tenth.
    most =
        lines.values().stream()
                .flatMapToDouble(Arrays::stream)
                .map(value -> Math.ceil(10 * value + 1e-9))
                .max()
                .orElse(10)
            / 10;
  }

  String svg() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
        <rect width="100%%" height="100%%" fill="#fff"/>
        <text x="%d" y="18">NDCG@10 of ranking by one count alone, by its interval</text>
        """
            .formatted(WIDTH, HEIGHT + TOP + 30, LEFT));
    for (int tenth = 0; tenth <= Math.round(10 * most); tenth++) {
      double y = y(tenth / 10.0);
      svg.append(
          """
          <line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#ddd"/>
          <text x="%d" y="%.1f" text-anchor="end">%.1f</text>
          """
              .formatted(LEFT, y, x(INTERVALS.size() - 1), y, LEFT - 8, y + 4, tenth / 10.0));
    }
    for (int i = 0; i < INTERVALS.size(); i++) {
      svg.append(
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">%s</text>\n"
              .formatted(x(i), HEIGHT + TOP + 20, INTERVALS.get(i)));
    }
    int color = 0;
    List<Double> taken = new ArrayList<>();
    for (Map.Entry<String, double[]> line : lines.entrySet()) {
      append(svg, line.getKey(), line.getValue(), COLORS.get(color++ % COLORS.size()), taken);
    }
    return svg.append("</svg>\n").toString();
  }

  private void append(
      StringBuilder svg, String group, double[] values, String color, List<Double> taken) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      points.append("%d,%.1f ".formatted(x(i), y(values[i])));
      svg.append(
          "<circle cx=\"%d\" cy=\"%.1f\" r=\"3\" fill=\"%s\"/>\n"
              .formatted(x(i), y(values[i]), color));
    }
    // A name stands beside the end of its line, or as near as the others leave room.
    double y = y(values[values.length - 1]) + 4;
    for (double other : taken.stream().sorted().toList()) {
      if (Math.abs(other - y) < 15) {
        y = other + 15;
      }
    }
    taken.add(y);
    svg.append(
        """
        <polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>
        <text x="%d" y="%.1f" fill="%s">%s</text>
        """
            .formatted(
                points.toString().strip(), color, x(values.length - 1) + 10, y, color, group));
  }

  private static int x(int interval) {
    return LEFT + interval * STEP;
  }

  private double y(double value) {
    return TOP + HEIGHT * (1 - value / most);
  }
}
