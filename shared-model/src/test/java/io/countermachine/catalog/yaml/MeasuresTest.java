package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Kinds of measures, their names, outputs and intervals. */
class MeasuresTest {
  private static final String POST =
      """
      events: {view: {}, like: {}, timespent: {value: durationMs}}
      intervals: [1h, lifetime, last_60m, each_1m, session_1800s]
      groups:
        post:
          key: [postId]
          counts: [view, like]
          sums: {spent: {of: timespent, intervals: [1h, 1d], unit: ms, description: time on it}}
          stats: {dwell: {of: timespent, give: [p50, mean, stddev, p95], error: 10%}}
          histograms:
            countries: {of: view, by: country, keep: 5}
            hours: {of: view, by: hour(eventTs), intervals: [7d]}
      """;

  private static Group post() {
    return CatalogLoader.parse("c.yaml", POST).group("post").orElseThrow();
  }

  @Test
  void eachList_becomesMeasuresOfItsKind_andOutputsByName() {
    Group post = post();
    assertThat(post.schema().measures())
        .extracting(Measure::name, Measure::kind)
        .containsExactly(
            tuple("view", MeasureKind.count()),
            tuple("like", MeasureKind.count()),
            tuple("spent", MeasureKind.sum()),
            tuple("dwell#moments", MeasureKind.moments()),
            tuple("dwell#bins", MeasureKind.bins(0.1)),
            tuple("countries", MeasureKind.histogram(5)),
            tuple("hours", MeasureKind.histogram(10)));
    assertThat(post.itemSchema().outputs())
        .extracting(Output::name)
        .containsExactly(
            "view",
            "like",
            "spent",
            "dwell_mean",
            "dwell_stddev",
            "dwell_p50",
            "dwell_p95",
            "countries",
            "hours");
    assertThat(post.metadata("spent").unit()).contains("ms");
    assertThat(post.metadata("spent").description()).contains("time on it");
  }

  @Test
  void groupsIntervals_goToEachMeasureThatCanHaveThem_andOwnOnesReplaceThem() {
    Group post = post();
    assertThat(post.schema().intervals())
        .containsExactly(
            Interval.decay("1h", 3_600_000),
            Interval.LIFETIME,
            Interval.last("last_1h", 3_600_000, 60_000),
            Interval.each("each_1m", 60_000, 3_600_000),
            Interval.session("session_30m", 1_800_000),
            Interval.decay("1d", 86_400_000),
            Interval.decay("7d", 604_800_000));
    assertThat(post.schema().measures())
        .extracting(measure -> measure.intervals().stream().map(Interval::label).toList())
        .containsExactly(
            List.of("1h", "lifetime", "last_1h", "each_1m", "session_30m"),
            List.of("1h", "lifetime", "last_1h", "each_1m", "session_30m"),
            List.of("1h", "1d"),
            List.of("1h", "lifetime", "last_1h", "each_1m", "session_30m"),
            List.of("1h", "lifetime", "session_30m"),
            List.of("1h", "lifetime", "last_1h", "each_1m", "session_30m"),
            List.of("7d"));
    assertThat(post.notes())
        .singleElement()
        .asString()
        .startsWith("group post: \"dwell_p50\" and \"dwell_p95\" without last_1h, each_1m: ");
  }

  @Test
  void features_areOutputsAtTheirIntervals_byCanonicalLabels() {
    Catalog catalog = CatalogLoader.parse("c.yaml", POST);
    assertThat(catalog.feature("post.view.last_60m"))
        .hasValueSatisfying(
            feature -> {
              assertThat(feature.name()).isEqualTo("post.view.last_1h");
              assertThat(feature.type()).isEqualTo(FeatureType.NUMBER);
              assertThat(feature.origin()).isEqualTo(new Feature.Stored(0, 2));
            });
    assertThat(catalog.feature("post.countries.each_60s"))
        .hasValueSatisfying(
            feature -> {
              assertThat(feature.type()).isEqualTo(FeatureType.MAP);
              assertThat(feature.origin()).isEqualTo(new Feature.Stored(7, 3));
            });
    assertThat(catalog.feature("post.dwell_p95.last_1h")).isEmpty();
    assertThat(catalog.feature("post.dwell_mean.last_1h")).isPresent();
  }

  @Test
  void feeds_sayWhichEventGivesWhichMeasureWhat() {
    Group post = post();
    assertThat(post.feeds("timespent")).extracting(Feed::measure).containsExactly(2, 3, 4);
    List<Feed> ofView = post.feeds("view");
    assertThat(ofView).extracting(Feed::measure).containsExactly(0, 5, 6);
    EventOperands event =
        new EventOperands().event(new Object[] {"DE"}, 1_707_605_599_000L, "view");
    assertThat(ofView.get(0).label()).isEmpty();
    assertThat(ofView.get(1).label().orElseThrow().of(event)).isEqualTo("DE");
    // 2024-02-10T22:53:19Z
    assertThat(ofView.get(2).label().orElseThrow().of(event)).isEqualTo("22");
  }

  @Test
  void plainView_hasCountsAndSumsAtDecayedIntervals() {
    Group post = post();
    assertThat(post.measures())
        .extracting(io.countermachine.catalog.Measure::name)
        .containsExactly("view", "like", "spent");
    assertThat(post.intervals())
        .extracting(io.countermachine.catalog.Interval::label)
        .containsExactly("1h", "lifetime", "1d", "7d");
  }
}
