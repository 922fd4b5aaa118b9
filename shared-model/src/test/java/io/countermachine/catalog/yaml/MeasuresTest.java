package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Metadata;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
  void countsAndSums_areTheFirstMeasures() {
    Schema schema = post().schema();
    assertThat(schema.measures().stream().filter(measure -> measure.kind().isAmount()))
        .extracting(Measure::name)
        .containsExactly("view", "like", "spent");
    assertThat(schema.measures().subList(0, 3)).allMatch(measure -> measure.kind().isAmount());
    assertThat(schema.intervals().stream().filter(Interval::isDecayed))
        .extracting(Interval::label)
        .containsExactly("1h", "lifetime", "1d", "7d");
  }

  private static List<String> faults(String group) {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    """
                    events: {view: {}, spent: {value: ms}}
                    intervals: [1h]
                    groups:
                      g: {key: [a], %s}
                    """
                        .formatted(group)));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    return invalid.faults();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "stats: {d: {of: spent}} # measure \"d\" of group \"g\" needs \"give\", such as give: [mean, stddev, p50]",
        "stats: {d: {of: spent, give: []}} # \"give\" is empty; expected for example [mean, stddev, p50]",
        "stats: {d: {give: [mean]}} # measure \"d\" of group \"g\" needs \"of\"",
        "stats: {d: {of: view, give: [mean]}} # event \"view\" has no value to take statistics of; give it one, such as view: {value: amount}",
        "stats: {d: {of: spent, give: [mean, max]}} # \"d_max\" of group \"g\" keeps no interval: max is kept for lifetime, last_ windows and sessions; take one of these",
        "stats: {d: {of: spent, give: [min], intervals: [lifetime, 1h]}} # \"d_min\" of group \"g\" cannot have 1h: min is kept for lifetime, last_ windows and sessions; take one of these",
        "stats: {d: {of: spent, give: [p0]}} # unknown statistic \"p0\"; expected mean, stddev, min, max, or p1 to p99",
        "stats: {d: {of: spent, give: [p100]}} # unknown statistic \"p100\"; expected mean, stddev, min, max, or p1 to p99",
        "stats: {d: {of: spent, give: [p99.9]}} # unknown statistic \"p99.9\"; expected mean, stddev, min, max, or p1 to p99",
        "stats: {d: {of: spent, give: [median]}} # unknown statistic \"median\"; expected mean, stddev, min, max, or p1 to p99",
        "stats: {d: {of: spent, give: [p50], error: 0.5%}} # \"error\" is out of range; expected 1% to 50%, such as 5% or 0.05",
        "stats: {d: {of: spent, give: [p50], error: 51%}} # \"error\" is out of range; expected 1% to 50%, such as 5% or 0.05",
        "stats: {d: {of: spent, give: [p50], error: low}} # \"error\" is \"low\", expected a fraction such as 0.05 or 5%",
        "stats: {d: {of: spent, give: [mean, mean]}} # duplicate \"mean\" in \"give\" of measure \"d\" of group \"g\"",
        "stats: {d: {of: spent, give: [mean]}}, counts: {d_mean: view} # clash: group \"g\" has \"d_mean\" in counts and in stats; give one another name, such as d_mean_2",
        "stats: {d: [mean]} # measure \"d\" of group \"g\" is a list, expected a mapping {name: value, …}",
        "histograms: {h: {of: view}} # measure \"h\" of group \"g\" needs \"by\", a field or a formula over the event, such as by: country",
        "histograms: {h: {of: view, by: 'country +'}} # by of measure \"h\" of group \"g\" is not a formula: expected a number, a text or a name, found the end of the formula (at character 10 of \"country +\")",
        "histograms: {h: {of: view, by: c, keep: 0}} # \"keep\" is out of range; expected a whole number of labels from 1 to 1000",
        "histograms: {h: {of: view, by: c, keep: 2.5}} # \"keep\" is out of range; expected a whole number of labels from 1 to 1000",
        "histograms: {h: {of: veiw, by: c}} # unknown event \"veiw\" in histograms of group \"g\"; did you mean \"view\"?",
        "histograms: {min: {of: view, by: c}} # measure \"min\" has a name that is a keyword of formulas",
        "counts: {v: {of: view, intervals: [1x]}} # bad duration \"1x\"; expected a whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most 365000d; or lifetime, or a duration after last_, each_ or session_",
        "counts: {v: {of: view, by: c}} # unknown key \"by\" in measure \"v\" of group \"g\"; known: of, intervals, description, owner, unit",
        "counts: {each_1h: view} # measure \"each_1h\" has the name of an interval",
        "uniques: {u: {of: view}} # measure \"u\" of group \"g\" needs \"by\", the field whose different values are counted, such as by: userId",
        "uniques: {u: {by: userId}} # measure \"u\" of group \"g\" needs \"of\"",
        "uniques: {u: {of: view, by: hour(eventTs)}} # by of measure \"u\" of group \"g\" is a formula; expected one field, such as by: userId",
        "uniques: {u: {of: view, by: 7}} # by of measure \"u\" of group \"g\" is a formula; expected one field, such as by: userId",
        "uniques: {u: {of: view, by: user.id}} # field \"user.id\" has a dot; give it a plain name and define its place in the record, fields: {userId: user.id}",
        "uniques: {u: {of: view, by: c, error: 1%}} # \"error\" is out of range; expected 2% to 50%, such as 7% or 0.07",
        "uniques: {u: {of: view, by: c, error: 0.51}} # \"error\" is out of range; expected 2% to 50%, such as 7% or 0.07",
        "uniques: {u: {of: view, by: c, intervals: [each_1m]}} # \"u\" of group \"g\" cannot have each_1m: unique counts of past windows would need a sketch for each; take a last_ window",
        "uniques: {u: view} # measure \"u\" of group \"g\" is \"view\", expected a mapping {name: value, …}",
        "lists: {l: {of: view}} # measure \"l\" of group \"g\" needs \"fields\", what an entry has of its event, such as fields: [postId, eventName]",
        "lists: {l: {of: view, fields: []}} # \"fields\" is empty; expected for example [postId, eventName]",
        "lists: {l: {of: [], fields: [a]}} # \"of\" lists no event; expected for example of: [view, like]",
        "lists: {l: {of: [view, veiw], fields: [a]}} # unknown event \"veiw\" in lists of group \"g\"; did you mean \"view\"?",
        "lists: {l: {fields: [a]}} # measure \"l\" of group \"g\" needs \"of\"",
        "lists: {l: {of: view, fields: [a, at]}} # a field of measure \"l\" of group \"g\" cannot be \"at\", which is the instant of an entry; give it another name, fields: {place: at}",
        "lists: {l: {of: view, fields: [post.id]}} # a field of measure \"l\" of group \"g\" \"post.id\" has a dot; give it a plain name and define its place in the record, fields: {postId: post.id}",
        "lists: {l: {of: view, fields: [a], keep: 0}} # \"keep\" is out of range; expected a whole number of entries from 1 to 1000",
        "lists: {l: {of: view, fields: [a], keep: 1001}} # \"keep\" is out of range; expected a whole number of entries from 1 to 1000",
        "lists: {l: {of: view, fields: [a], within: 0d}} # bad duration \"0d\"; expected a whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most 365000d",
        "lists: {l: {of: view, fields: [a], intervals: [1h]}} # measure \"l\" of group \"g\" has no intervals; leave them out, and say within: 7d for what is not older",
        "lists: {l: {of: view, fields: [a]}}, counts: {l: view} # clash: group \"g\" has \"l\" in counts and in lists; give one another name, such as l_2",
        "lists: {size: {of: view, fields: [a]}} # measure \"size\" has a name that is a keyword of formulas",
        "firsts: {f: {of: view}} # measure \"f\" of group \"g\" needs \"field\", the field whose value is kept, such as field: device",
        "firsts: {f: {of: view, field: at}} # a field of measure \"f\" of group \"g\" cannot be \"at\", which is the instant of an entry; give it another name, fields: {place: at}",
        "lasts: {f: {of: view, field: a, intervals: [1h]}} # measure \"f\" of group \"g\" has no intervals; leave them out",
        "lasts: {f: {of: view, field: a, keep: 3}} # unknown key \"keep\" in measure \"f\" of group \"g\"; known: of, field, intervals, description, owner, unit"
      })
  void faultyMeasure_isNamedAtItsLine(String group, String fault) {
    assertThat(faults(group)).containsExactly("c.yaml:4: " + fault);
  }

  /** An event may have any name, even the internal name of a statistic in state. */
  @Test
  void eventNamedLikeAStatisticInState_isAClash() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    """
                    events: {"d#bins": {}, "e#f": {}, spent: {value: ms}}
                    groups: {g: {key: [a], counts: ["d#bins", "e#f"], stats: {d: {of: spent, give: [p50]}}}}
                    """));
    assertThat(invalid.faults())
        .singleElement()
        .asString()
        .startsWith("c.yaml:2: clash: group \"g\" has \"d#bins\" in counts and in stats");
  }

  @ParameterizedTest
  @CsvSource({"7%, BINS(0.07)", "0.07, BINS(0.07)", "'7 %', BINS(0.07)", "7e-2, BINS(0.07)"})
  void error_isAPercentageOrAFraction(String error, String kind) {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            events: {spent: {value: ms}}
            groups: {g: {key: [a], stats: {d: {of: spent, give: [p50], error: %s}}}}
            """
                .formatted(error));
    assertThat(catalog.group("g").orElseThrow().schema().measures().get(0).kind())
        .hasToString(kind);
  }

  @Test
  void emptyKey_countsEverythingUnderOneKey() {
    Catalog catalog =
        CatalogLoader.parse("c.yaml", "groups: {all: {key: [], counts: [view], intervals: [1h]}}");
    assertThat(catalog.group("all").orElseThrow().keyFields()).isEmpty();
    assertThat(catalog.group("all").orElseThrow().schema().keyFields()).isEmpty();
    assertThat(catalog.features()).containsOnlyKeys("all.view.1h");
  }

  @Test
  void eventsThatMapsName_mayArrive_withoutAListOfEvents() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            "groups: {g: {key: [a], counts: {plays: {of: play}}, histograms: {h: {of: like, by:"
                + " c}}}}");
    assertThat(catalog.events().keySet()).containsExactly("play", "like");
  }

  @Test
  void set_isAListOrAMapWithWordsAboutIt() {
    String catalog =
        """
        groups: {g: {key: [a], counts: [view], intervals: [1h]}}
        sets:
          plain: [g.view.1h]
          told: {features: [g.view.60m], description: for the feed, owner: feed, version: 3}
        """;
    Catalog read = CatalogLoader.parse("c.yaml", catalog);
    assertThat(read.sets().get("told")).isEqualTo(read.sets().get("plain"));
    assertThat(read.featureSets().get("told").version()).contains("3");
    assertThat(read.featureSets().get("told").metadata())
        .isEqualTo(
            new Metadata(Optional.of("for the feed"), Optional.of("feed"), Optional.empty()));
    assertThat(
            catchThrowableOfType(
                    CatalogException.class,
                    () ->
                        CatalogLoader.parse(
                            "c.yaml", catalog.replace("features: [g.view.60m]", "feature: []")))
                .faults())
        .contains("c.yaml:4: set \"told\" lists no feature");
  }

  /** JSON is YAML, except for tabs. */
  @Test
  void catalog_mayBeJson() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.json",
            "{\n\t\"events\":{\"on\":{},\"no\":{\"value\":\"ms\"}},\n\t\"groups\":{\"g\":"
                + "{\"key\":[\"a\"],\"counts\":[\"on\"],\"intervals\":[\"1h\"],"
                + "\"stats\":{\"d\":{\"of\":\"no\",\"give\":[\"p50\"],\"error\":0.07}},"
                + "\"features\":{\"f\":\"log1p(on)\"}}}\n}\n");
    assertThat(catalog.features()).containsOnlyKeys("g.on.1h", "g.d_p50.1h", "g.f.1h");
    assertThat(
            catchThrowableOfType(
                    CatalogException.class,
                    () ->
                        CatalogLoader.parse(
                            "c.json",
                            "{\n\t\"groups\": {\n\t\t\"g\": {\"key\": [\"a\"], \"counts\": []}\n\t}\n}"))
                .faults())
        .singleElement()
        .asString()
        .startsWith("c.json:3: group \"g\" is empty");
  }

  /** With every label in every pane it would be too large, but no key comes near that. */
  @Test
  void histogramWithWindows_isWarnedOf_notRefused() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            groups:
              g:
                key: [a]
                intervals: [1h, last_1h, last_5m, last_7d]
                histograms: {countries: {of: view, by: country, keep: 10}}
            """);
    assertThat(CatalogCheck.warnings(catalog))
        .singleElement()
        .asString()
        .startsWith("an item of group g would take ");
  }

  @Test
  void everyKindAtOnce_isRead() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            timestamps: {unit: seconds, maxAhead: 1m}
            intervals: [1h, 1d, 7d, lifetime, last_5m, last_1h, last_7d, each_1m, session_30m]
            windows: {last_5m: {step: 1s}, each_1m: {keep: 2h}}
            events:
              view: {}
              like: {}
              comment: {}
              share: {}
              timespent: {value: durationMs}
              long_view:  {of: timespent, where: 'durationMs >= 8000 and country in ["DE", "AT"]'}
              engage:     {of: [like, comment, share], weight: {like: 1, comment: 3, share: 5}}
              paid_view:  {of: view, weight: log1p(price)}
            groups:
              creator: {key: [creatorId], counts: [view, like], intervals: [30d], ratios: {ctr: {of: like, per: view}}}
              all: {key: [], counts: [view, like], intervals: [each_1m]}
              post:
                key: [postId]
                counts: [view, like, long_view, engage, paid_view]
                sums: [timespent]
                stats: {dwell: {of: timespent, give: [mean, stddev, p50, p95], error: 5%}}
                histograms: {countries: {of: view, by: country, keep: 10}}
                features:
                  ctr: like / view
                  smooth: "smooth(like, view, prior: creator.ctr.30d ?? 0.05, weight: 20)"
                  trend: rate(like.1h) / rate(like.1d)
                  safe: "wilson(like, view)"
                  hot: log1p(like.1h) ?? 0
                  local: "share(countries[country].1d)"
            """);
    assertThat(catalog.features())
        .containsKeys(
            "post.engage.last_5m",
            "post.dwell_p95.session_30m",
            "post.countries.each_1m",
            "post.smooth.7d",
            "post.trend",
            "post.hot",
            "post.local",
            "all.view.each_1m");
    // Five counts and a sum, a mean and a deviation, a histogram, and three formulas without a
    // fixed interval, at nine intervals; two percentiles at five; three formulas with fixed
    // intervals.
    assertThat(catalog.group("post").orElseThrow().features()).hasSize(9 * 12 + 2 * 5 + 3);
  }
}
