package io.countermachine.bench.scaling;

import io.countermachine.bench.scaling.ScalingReport.Point;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.Styler.YAxisPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A picture per axis, on a background of its own, so that it can be read on any page. */
final class ScalingPlots {
  private static final int WIDTH = 760;
  private static final int HEIGHT = 400;
  private static final int RIGHT = 1;
  private static final double ROOM = 1.1;
  private static final Color[] COLORS = {
    new Color(0x1F77B4), new Color(0x9BC4E2),
    new Color(0xD95F02), new Color(0xF4B583),
    new Color(0x4D4D4D), new Color(0xB5B5B5)
  };
  private static final BasicStroke DASHED =
      new BasicStroke(1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0);

  private final ScalingReport report;

  ScalingPlots(ScalingReport report) {
    this.report = report;
  }

  /** Draws an SVG for each axis that was measured, and gives the files. */
  List<Path> draw(Path folder) {
    List<Path> drawn = new ArrayList<>();
    for (Axis axis : Axis.values()) {
      if (!report.points(axis).isEmpty()) {
        Path file = folder.resolve("scaling-" + axis.label() + ".svg");
        save(axis.addsWork() ? cost(axis) : speed(axis), file);
        drawn.add(file);
      }
    }
    return drawn;
  }

  private static void save(XYChart chart, Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Map<String, List<Point>> series(Axis axis) {
    return ScalingReport.bySeries(report.points(axis));
  }

  /** Events per second, and on the right what of them was written. */
  private XYChart speed(Axis axis) {
    XYChart chart = chart(axis, "thousand events per second");
    chart.setYAxisGroupTitle(RIGHT, "writes per event");
    series(axis)
        .forEach(
            (name, points) -> {
              String suffix = name.isEmpty() ? "" : ", " + name;
              add(
                  chart,
                  "events/s" + suffix,
                  points,
                  point -> point.counted().eventsPerSecond() / 1e3);
              XYSeries writes =
                  add(
                      chart,
                      "writes per event" + suffix,
                      points,
                      point -> point.counted().writesPerEvent());
              writes.setYAxisGroup(RIGHT);
              writes.setLineStyle(DASHED);
            });
    XYStyler styler = chart.getStyler();
    styler.setXAxisLogarithmic(axis == Axis.KEYS);
    styler.setYAxisMax(0, ROOM * most(axis, point -> point.counted().eventsPerSecond() / 1e3));
    styler.setYAxisMin(RIGHT, 0.0);
    styler.setYAxisMax(RIGHT, ROOM * Math.max(1, most(axis, p -> p.counted().writesPerEvent())));
    styler.setYAxisGroupPosition(RIGHT, YAxisPosition.Right);
    return chart;
  }

  /** CPU per event, beside as much again for each as for the first. */
  private XYChart cost(Axis axis) {
    XYChart chart = chart(axis, "CPU seconds per million events");
    series(axis)
        .forEach(
            (name, points) -> {
              String suffix = name.isEmpty() ? "" : ", " + name;
              double first = points.get(0).counted().cpuSecondsPerMillion() / points.get(0).at();
              add(
                  chart,
                  "measured" + suffix,
                  points,
                  point -> point.counted().cpuSecondsPerMillion());
              XYSeries linear =
                  add(
                      chart,
                      "each as much as the first" + suffix,
                      points,
                      point -> first * point.at());
              linear.setLineStyle(DASHED);
              linear.setMarker(SeriesMarkers.NONE);
            });
    return chart;
  }

  private double most(Axis axis, ToDoubleFunction<Point> figure) {
    return report.points(axis).stream().mapToDouble(figure).max().orElseThrow();
  }

  private static XYSeries add(
      XYChart chart, String name, List<Point> points, ToDoubleFunction<Point> figure) {
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(Point::at).toArray(),
            points.stream().mapToDouble(figure).toArray());
    series.setMarker(SeriesMarkers.CIRCLE);
    return series;
  }

  private static XYChart chart(Axis axis, String yTitle) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(axis.circumstances())
            .xAxisTitle(axis.unit())
            .yAxisTitle(yTitle)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBackgroundColor(Color.WHITE);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setSeriesColors(COLORS);
    styler.setYAxisMin(0, 0.0);
    styler.setDecimalPattern("#,##0.##");
    styler.setMarkerSize(7);
    return chart;
  }
}
