package io.countermachine.bench.serving;

import io.countermachine.bench.load.Run;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A chart of latencies by second: p50, p99 and maximum, on a logarithmic scale. */
final class SecondsPicture {
  private static final int WIDTH = 900;
  private static final int HEIGHT = 170;
  private static final int LEFT = 60;
  private static final int TOP = 26;
  private static final int PLOT_WIDTH = WIDTH - LEFT - 20;
  private static final int PLOT_HEIGHT = HEIGHT - TOP - 24;
  private static final double LEAST_MILLIS = 1;
  private static final double MOST_MILLIS = 1_000;
  private static final List<Integer> GRID_MILLIS = List.of(1, 10, 100, 1_000);

  private SecondsPicture() {}

  /** An SVG with a part for each contender, at half of its highest load. */
  static String of(List<ServingReport.Measured> contenders) {
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"12\">\n"
            .formatted(WIDTH, HEIGHT * contenders.size()));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    for (int i = 0; i < contenders.size(); i++) {
      svg.append("<g transform=\"translate(0,%d)\">\n".formatted(i * HEIGHT));
      append(svg, contenders.get(i));
      svg.append("</g>\n");
    }
    return svg.append("</svg>\n").toString();
  }

  private static void append(StringBuilder svg, ServingReport.Measured contender) {
    svg.append(
        "<text x=\"%d\" y=\"16\">%s, %.0f requests/s: ms by second (p50 green, p99 blue, longest red); generator's stalls p99 %.1f, stub's %.1f%s</text>\n"
            .formatted(
                LEFT,
                contender.name(),
                contender.atHalf().rate(),
                contender.generatorStalls().p99Millis(),
                contender.storeStalls().p99Millis(),
                contender.notValid() == null ? "" : "; not valid"));
    for (int millis : GRID_MILLIS) {
      double y = y(millis);
      svg.append(
          "<line x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%d</text>\n"
              .formatted(LEFT, LEFT + PLOT_WIDTH, y, y, LEFT - 6, y + 4, millis));
    }
    line(svg, contender.atHalf().seconds(), "#2a2", Run.Second::p50Millis);
    line(svg, contender.atHalf().seconds(), "#22c", Run.Second::p99Millis);
    line(svg, contender.atHalf().seconds(), "#c22", Run.Second::maxMillis);
  }

  private static double y(double millis) {
    double bounded = Math.max(LEAST_MILLIS, Math.min(MOST_MILLIS, millis));
    double share = Math.log(bounded / LEAST_MILLIS) / Math.log(MOST_MILLIS / LEAST_MILLIS);
    return TOP + PLOT_HEIGHT * (1 - share);
  }

  private static void line(
      StringBuilder svg,
      List<Run.Second> seconds,
      String color,
      ToDoubleFunction<Run.Second> latency) {
    svg.append("<polyline fill=\"none\" stroke=\"").append(color).append("\" points=\"");
    for (int second = 0; second < seconds.size(); second++) {
      double x = LEFT + (second + 0.5) * PLOT_WIDTH / seconds.size();
      svg.append(
          String.format(
              Locale.ROOT, "%.1f,%.1f ", x, y(latency.applyAsDouble(seconds.get(second)))));
    }
    svg.append("\"/>\n");
  }
}
