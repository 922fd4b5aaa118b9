package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Timestamps;
import io.countermachine.catalog.Verb;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogLoaderTest {
  private static List<String> faults(String yaml) {
    CatalogException invalid =
        catchThrowableOfType(CatalogException.class, () -> CatalogLoader.parse("c.yaml", yaml));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    return invalid.faults();
  }

  /** A catalog that is valid with its one group's line replaced. */
  private static String withGroup(String group) {
    return """
    events: {view: {}, like: {}, spent: {value: ms}}
    intervals: [1h, lifetime]
    groups:
    """
        + "  g: "
        + group
        + "\n";
  }

  @Test
  void bundledCatalog_hasWhatTheDocumentationNames() {
    Catalog catalog = CatalogLoader.loadBundled();
    assertThat(catalog.events().keySet())
        .containsExactly(
            "view",
            "like",
            "click",
            "comment",
            "timespent",
            "long_view",
            "engage",
            "unlike",
            "skip",
            "visit");
    assertThat(catalog.groups())
        .extracting(Group::name)
        .containsExactly(
            "user", "post", "creator", "user_post", "user_creator", "user_category", "site");
    assertThat(catalog.sets().get("home_feed"))
        .extracting(Feature::name)
        .containsExactly(
            "post.ctr.1h",
            "post.smoothed_ctr.1d",
            "post.view.1m",
            "user_creator.like.7d",
            "user.view.lifetime");
    Group post = catalog.group("post").orElseThrow();
    assertThat(post.ratios().get(1)).isEqualTo(new Ratio("smoothed_ctr", 1, 0, 0.05, 20));
    assertThat(catalog.timestamps())
        .isEqualTo(
            new Timestamps(Timestamps.Unit.SECONDS, Duration.ofMinutes(1), Optional.empty()));
    assertThat(catalog.deduplication()).contains(new Deduplication("eventId", Duration.ofHours(1)));
  }

  @Test
  void bundledCatalog_showsEachKindOnce() {
    Catalog catalog = CatalogLoader.loadBundled();

    assertThat(catalog.groups())
        .flatExtracting(group -> group.schema().measures())
        .extracting(measure -> measure.kind().id())
        .contains("COUNT", "SUM", "MOMENTS", "BINS", "HISTOGRAM")
        .contains("UNIQUES", "LIST", "FIRST", "LAST", "MIN", "MAX");
    assertThat(catalog.groups())
        .flatExtracting(group -> group.schema().intervals())
        .extracting(io.countermachine.measure.Interval::kind)
        .contains(io.countermachine.measure.Interval.Kind.values());
    assertThat(catalog.groups()).extracting(Group::keyFields).contains(List.of());
    assertThat(catalog.derivedEvents())
        .extracting(event -> event.derivation().orElseThrow().where().isPresent())
        .containsExactly(true, false, false, false);
    assertThat(catalog.events().values())
        .flatExtracting(event -> event.verb().map(Verb::kind).stream().toList())
        .containsExactly(Verb.Kind.UNDOES, Verb.Kind.WITHOUT, Verb.Kind.SESSION);
    Rules rules = catalog.rules().orElseThrow();
    assertThat(rules.lists()).isEqualTo(Map.of("bots", "userId"));
    assertThat(catalog.events().values())
        .filteredOn(EventType::mayArrive)
        .allMatch(event -> rules.unless(event.name()).equals(List.of("bots")));
    assertThat(catalog.features().keySet())
        .contains(
            "post.view.last_1h",
            "user.view.session_30m",
            "site.view.each_1m",
            "post.dwell_p95.1d",
            "post.countries.7d",
            "post.fair_ctr.1d",
            "post.trend",
            "post.local",
            "post.skip_rate.1d",
            "user.visit.7d",
            "user.visit_length_mean.7d");
    assertThat(CatalogCheck.warnings(catalog))
        .containsExactly(
            "group user: recent cannot take events back: events like that are undone stay in it",
            "group post: likers cannot take events back: events like that are undone stay in it");
  }

  @Test
  void tutorialsLayout_isACatalogOnItsOwn() {
    Catalog catalog =
        CatalogLoader.parse("t.yaml", "groups: {like: {key: [userId], counts: [like]}}");
    assertThat(catalog.events()).containsOnlyKeys("like");
    assertThat(catalog.features()).containsKeys("like.like.1m", "like.like.lifetime");
  }

  @Test
  void retain_isSevenTimesTheLongestInterval_atLeastADay_andForEverWithLifetime() {
    assertThat(retainOf("{key: [a], counts: [view], intervals: [1h, 2d]}")).isEqualTo("14d");
    assertThat(retainOf("{key: [a], counts: [view], intervals: [1h]}")).isEqualTo("1d");
    assertThat(retainOf("{key: [a], counts: [view]}")).isEqualTo("for ever");
    assertThat(retainOf("{key: [a], counts: [view], retain: 90d}")).isEqualTo("90d");
  }

  private static String retainOf(String group) {
    return CatalogLoader.parse("c.yaml", withGroup(group))
        .group("g")
        .orElseThrow()
        .retain()
        .map(Durations::format)
        .orElse("for ever");
  }

  @ParameterizedTest
  @CsvSource({
    "precision: 0.001, 0.1% within 10s",
    "precision: 0.1%, 0.1% within 10s",
    "'precision: 5 %, maxStale: 60s', 5% within 1m",
    "precision: 0.25, 25% within 10s",
    "precision: 0, none",
    "precision: 0%, none",
    "retain: 1d, none"
  })
  void precision_isAFractionOrAPercentage(String settings, String precision) {
    assertThat(
            CatalogLoader.parse("c.yaml", withGroup("{key: [a], counts: [view], " + settings + "}"))
                .group("g")
                .orElseThrow()
                .precision()
                .map(Precision::toString)
                .orElse("none"))
        .isEqualTo(precision);
  }

  @ParameterizedTest
  @CsvSource({
    "60m, 1h",
    "24h, 1d",
    "90s, 90s",
    "1000ms, 1s",
    "500ms, 500ms",
    "7d, 7d",
    "168h, 7d",
    "0060m, 1h"
  })
  void intervalLabel_isTheShortest(String written, String label) {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml", withGroup("{key: [a], counts: [view], intervals: [" + written + "]}"));
    assertThat(catalog.features()).containsOnlyKeys("g.view." + label);
    assertThat(catalog.feature("g.view." + written)).isPresent();
  }

  @Test
  void namesThatYamlTakesForOtherThings_stayNames() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            "events: {on: , 60: {}}\ngroups: {no: {key: [1], counts: [on, 60], intervals: [1h]}}");
    assertThat(catalog.features()).containsOnlyKeys("no.on.1h", "no.60.1h");
  }

  @Test
  void anchors_work() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            events: {view: {}}
            groups:
              a: {key: [a], counts: [view], intervals: &short [1h, 1d]}
              b: {key: [b], counts: [view], intervals: *short}
            """);
    assertThat(catalog.features()).containsKeys("a.view.1d", "b.view.1d");
  }

  @Test
  void countsAndSums_mayBeMapsOfMeasureToEvent_soThatOneEventIsBoth() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            withGroup(
                "{key: [a], counts: {plays: spent, views: view}, sums: {listened: spent},"
                    + " ratios: {mean: {of: listened, per: plays}}}"));
    Group group = catalog.group("g").orElseThrow();
    assertThat(group.schema().measures())
        .extracting(Measure::name, Measure::kind)
        .containsExactly(
            tuple("plays", MeasureKind.count()),
            tuple("views", MeasureKind.count()),
            tuple("listened", MeasureKind.sum()));
    assertThat(group.feeds())
        .extracting(Feed::measure, Feed::event)
        .containsExactly(tuple(0, "spent"), tuple(1, "view"), tuple(2, "spent"));
    assertThat(group.ratios()).containsExactly(new Ratio("mean", 2, 0, 0, 0));
    assertThat(catalog.features())
        .containsKeys("g.plays.1h", "g.listened.lifetime", "g.mean.1h")
        .doesNotContainKey("g.spent.1h");
    assertThat(CatalogCheck.warnings(catalog))
        .containsExactly("no group counts or sums event like");
  }

  @Test
  void eventsThatMapsName_mayArrive_withoutAListOfEvents() {
    Catalog catalog =
        CatalogLoader.parse("c.yaml", "groups: {g: {key: [a], counts: {plays: play}}}");
    assertThat(catalog.events().keySet()).containsExactly("play");
  }

  /** State and items know measures by name and kind; the event that feeds one may change. */
  @Test
  void measures_areEqual_whateverFeedsThem() {
    Measure ofPlay = onlyMeasure("counts: {plays: play}", "play: {}");
    assertThat(ofPlay)
        .isEqualTo(onlyMeasure("counts: {plays: plays}", "plays: {}"))
        .hasSameHashCodeAs(onlyMeasure("counts: {plays: plays}", "plays: {}"))
        .isNotEqualTo(onlyMeasure("sums: {plays: play}", "play: {value: ms}"));
  }

  private static Measure onlyMeasure(String measures, String events) {
    return CatalogLoader.parse(
            "c.yaml",
            "{events: {%s}, intervals: [1h], groups: {g: {key: [a], %s}}}"
                .formatted(events, measures))
        .group("g")
        .orElseThrow()
        .schema()
        .measures()
        .get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{key: [a], counts: [viw]} # unknown event \"viw\" in counts of group \"g\"; did you mean"
            + " \"view\"?",
        "{key: [a], sums: [view]} # event \"view\" has no value to sum; give it one, such as view:"
            + " {value: amount}",
        "{key: [a], counts: [spent], sums: [spent]} # clash: group \"g\" has \"spent\" in counts"
            + " and in sums; give one another name, such as sums: {spent_sum: spent}",
        "{key: [a], counts: {views: viw}} # unknown event \"viw\" in counts of group \"g\"; did you"
            + " mean \"view\"?",
        "{key: [a], sums: {views: view}} # event \"view\" has no value to sum; give it one, such as"
            + " view: {value: amount}",
        "{key: [a], counts: {n: view}, sums: {n: spent}} # clash: group \"g\" has \"n\" in counts"
            + " and in sums; give one another name, such as sums: {n_sum: spent}",
        "{key: [a], counts: {}} # group \"g\" is empty; it needs one of counts, sums, stats, histograms, uniques, lists, firsts, lasts",
        "{key: [a], counts: {n: view, n: like}} # duplicate \"n\" in \"counts\", it is there already"
            + " in line 4",
        "{key: [a], counts: {a-b: view}} # measure \"a-b\" has a bad name; expected letters, digits"
            + " and _, the first not a digit",
        "{key: [a], counts: {lifetime: view}} # measure \"lifetime\" has the name of an interval",
        "{key: [a], counts: {last_1h: view}} # measure \"last_1h\" has the name of an interval",
        "{key: [a], counts: {not: view}} # measure \"not\" has a name that is a keyword of"
            + " formulas",
        "{key: [a], counts: {n: [view]}} # \"n\" is a list, expected a text",
        "{key: [a], counts: [view, view]} # duplicate \"view\" in \"counts\" of group \"g\"",
        "{key: [a]} # group \"g\" is empty; it needs one of counts, sums, stats, histograms, uniques, lists, firsts, lasts",
        "{key: [a], counts: []} # group \"g\" is empty; it needs one of counts, sums, stats, histograms, uniques, lists, firsts, lasts",
        "{counts: [view]} # group \"g\" needs a key, such as key: [userId], or key: [] to count"
            + " everything under one key",
        "{key: [eventTs], counts: [view]} # key field cannot be \"eventTs\", which is"
            + " reserved",
        "{key: [a], counts: [view], retian: 1d} # unknown key \"retian\" in group \"g\"; did you"
            + " mean \"retain\"?",
        "{key: [a], counts: view} # \"counts\" in group \"g\" is \"view\", expected a list [a, b,"
            + " …]",
        "{key: [a], counts: [view], ratios: {view: {of: view, per: view}}} # clash: ratio \"view\""
            + " of group \"g\" has the name of one of its measures",
        "{key: [a], counts: [view], ratios: {r: {of: like, per: view}}} # \"of: like\" is not a"
            + " number of group \"g\"; known: view",
        "{key: [a], counts: [view], ratios: {r: {per: view}}} # ratio \"r\" needs \"of\"",
        "{key: [a], counts: [view], ratios: {r: {of: view, per: view, prior: 1}}} # ratio \"r\" has"
            + " only one of prior and weight; give both, or neither",
        "{key: [a], counts: [view], ratios: {r: {of: view, per: view, prior: 1, weight: 0}}} #"
            + " weight is not above 0; leave prior and weight out for none",
        "{key: [a], counts: [view], ratios: {r: {of: view, per: view, prior: x, weight: 1}}} #"
            + " \"prior\" is \"x\", expected a number such as 0.05",
        "{key: [a], counts: [view], precision: 1} # \"precision\" is \"1\", expected a fraction"
            + " from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], precision: -0.1} # \"precision\" is \"-0.1\", expected a"
            + " fraction from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], precision: 100%} # \"precision\" is \"100%\", expected a"
            + " fraction from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], precision: NaN} # \"precision\" is \"NaN\", expected a fraction"
            + " from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], precision: little} # \"precision\" is \"little\", expected a"
            + " fraction from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], precision: '%'} # \"precision\" is \"%\", expected a fraction"
            + " from 0 to below 1, such as 0.001 or 0.1%",
        "{key: [a], counts: [view], maxStale: 5s} # group \"g\" has maxStale without a precision"
            + " above 0; give it one, such as precision: 0.1%, or leave maxStale out",
        "{key: [a], counts: [view], precision: 1%, maxStale: 0s} # bad duration \"0s\"; expected a"
            + " whole number above 0 and a unit, such as 500ms, 5s, 1m, 1h or 1d, of at most"
            + " 365000d",
        "{key: [a], counts: [view], precision: 1%, retain: 10s} # group \"g\" is retained for 10s,"
            + " while changes may wait for 10s to be written; make maxStale shorter than retain",
        "{key: [a], counts: [view], intervals: [60m, 1h]} # duplicate interval \"1h\"; it is the"
            + " same as 1h, which is listed already"
      })
  void faultyGroup_isNamedAtItsLine(String group, String fault) {
    assertThat(faults(withGroup(group))).containsExactly("c.yaml:4: " + fault);
  }

  @ParameterizedTest
  @CsvSource({"1w", "0s", "1.5h", "-1h", "h", "soon", "365001d", "99999999999999999999d"})
  void badDuration_isAFault(String text) {
    assertThat(faults(withGroup("{key: [a], counts: [view], intervals: ['" + text + "']}")).get(0))
        .startsWith("c.yaml:4: bad duration \"" + text + "\"; expected a whole number above 0");
  }

  @Test
  void everyFault_isToldAtOnce_inTheOrderOfLines() {
    assertThat(
            faults(
                """
                timestamps: {unit: minutes}
                deduplicate: {field: eventId}
                evnts: {}
                events:
                  view: {}
                  view: {}
                groups:
                  bad.name: {key: [a], counts: [view], intervals: [1h]}
                sets:
                  feed: [usr.view.1h, x]
                  none: []
                """))
        .containsExactly(
            "c.yaml:1: unknown unit \"minutes\"; expected seconds, milliseconds or iso8601",
            "c.yaml:2: \"deduplicate\" needs \"within\"",
            "c.yaml:3: unknown key \"evnts\" in the catalog; did you mean \"events\"?",
            "c.yaml:6: duplicate \"view\" in \"events\", it is there already in line 5",
            "c.yaml:8: group \"bad.name\" has a bad name; expected 1 to 255 letters, digits, _ and"
                + " -",
            "c.yaml:10: unknown feature \"usr.view.1h\" in set \"feed\"; no group \"usr\"; known:"
                + " bad.name",
            "c.yaml:10: unknown feature \"x\" in set \"feed\"; a feature is named"
                + " <group>.<measure>.<interval>, such as bad.name.view.1h",
            "c.yaml:11: set \"none\" lists no feature");
  }

  private static final String PLACED =
      """
      timestamps: {unit: iso8601}
      groups: {g: {key: [userId, postId], counts: [view]}}
      fields:
      """;

  @Test
  void fields_standWhereTheCatalogSays_orAtTheTop() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            PLACED
                + """
                  eventName: type
                  postId: properties.post.id
                  userId: {at: 'user\\.name\\\\x', absent: ["null", undefined]}
                  creatorId: {absent: [none]}
                """);
    assertThat(catalog.timestamps().unit()).isEqualTo(Timestamps.Unit.ISO8601);
    assertThat(catalog.place("eventName").path()).containsExactly("type");
    assertThat(catalog.place("postId").path()).containsExactly("properties", "post", "id");
    assertThat(catalog.place("userId").path()).containsExactly("user.name\\x");
    assertThat(catalog.place("userId").absent()).containsExactly("null", "undefined");
    assertThat(catalog.place("userId")).hasToString("user\\.name\\\\x");
    assertThat(catalog.place("creatorId"))
        .isEqualTo(new FieldPlace(List.of("creatorId"), List.of("none")));
    assertThat(catalog.place("eventTs")).isEqualTo(FieldPlace.named("eventTs"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "userId: a..b # bad place \"a..b\"; expected names with dots between them, such as"
            + " user.id, with \\. for a dot in a name",
        "userId: .a # bad place \".a\"; expected names with dots between them, such as user.id,"
            + " with \\. for a dot in a name",
        "userId: 'a\\b' # bad place \"a\\b\"; expected names with dots between them, such as"
            + " user.id, with \\. for a dot in a name",
        "user.id: a # field \"user.id\" has a dot; give it a plain name and define its place in"
            + " the record, fields: {userId: user.id}",
        "userId: {at: a, absnt: [x]} # unknown key \"absnt\" in \"userId\"; did you mean"
            + " \"absent\"?",
        "userId: [a] # \"userId\" is a list, expected a text"
      })
  void faultyField_isNamedAtItsLine(String field, String fault) {
    assertThat(faults(PLACED + "  " + field + "\n")).containsExactly("c.yaml:4: " + fault);
  }

  @Test
  void dotInAKey_pointsToFields_withDistinctNames_andTheKeyOfThem() {
    assertThat(faults(withGroup("{key: [user.id, video.id, postId], counts: [view]}")))
        .containsExactly(
            "c.yaml:4: key field \"user.id\" has a dot; give it a plain name and define its place"
                + " in the record, fields: {userId: user.id}, and then key: [userId, videoId, postId]",
            "c.yaml:4: key field \"video.id\" has a dot; give it a plain name and define its place"
                + " in the record, fields: {videoId: video.id}, and then key: [userId, videoId,"
                + " postId]");
  }

  @Test
  void dotInAValueOrId_pointsToFields() {
    assertThat(
            faults(
                """
                deduplicate: {field: meta.id, within: 1h}
                events: {spent: {value: properties.duration.ms}}
                groups: {user: {key: [userId], sums: [spent]}}
                """))
        .containsExactly(
            "c.yaml:1: the id's field \"meta.id\" has a dot; give it a plain name and define its"
                + " place in the record, fields: {metaId: meta.id}, and then field: metaId",
            "c.yaml:2: the value's field \"properties.duration.ms\" has a dot; give it a plain name"
                + " and define its place in the record, fields: {propertiesDurationMs:"
                + " properties.duration.ms}, and then value: propertiesDurationMs");
  }

  @Test
  void itemFormat_isReadable_unlessTheCatalogSaysPacked() {
    String group = withGroup("{key: [a], counts: [view]}");
    assertThat(CatalogLoader.parse("c.yaml", group).itemFormat()).isEqualTo(ItemFormat.READABLE);
    assertThat(CatalogLoader.parse("c.yaml", group + "storage: {format: packed}\n").itemFormat())
        .isEqualTo(ItemFormat.PACKED);
    assertThat(faults(group + "storage: packed\n"))
        .containsExactly(
            "c.yaml:5: \"storage\" is not a mapping; expected {format: readable} or {format: packed}");
    assertThat(faults(group + "storage: {format: zip}\n"))
        .containsExactly("c.yaml:5: unknown format \"zip\"; expected readable or packed");
  }

  @Test
  void unknownFeature_saysWhichPart_andDuplicatesAreFaults() {
    assertThat(
            faults(
                withGroup("{key: [a], counts: [view]}")
                    + "sets:\n  s: [g.vew.1h, g.view.9h, g.view.1h, g.view.60m]\n"))
        .containsExactly(
            "c.yaml:6: unknown feature \"g.vew.1h\" in set \"s\"; group \"g\" has no measure"
                + " \"vew\"; did you mean \"view\"?",
            "c.yaml:6: unknown feature \"g.view.9h\" in set \"s\"; \"view\" of group \"g\" has no"
                + " interval \"9h\"; known: 1h, lifetime",
            "c.yaml:6: duplicate feature \"g.view.60m\" in set \"s\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[userId, postId; c.yaml:3: this is not YAML: the [ that opens here is not closed before line 4",
        "{userId; c.yaml:3: this is not YAML: the { that opens here is not closed before line ",
        "['userId]; c.yaml:3: this is not YAML: the quote that opens here is not closed before line 6",
        "[userId}; c.yaml:3: this is not YAML: expected ',' or ']'",
      })
  void whatIsNotClosed_isAFault_whereItOpens(String key, String fault) {
    String text =
        """
        groups:
          post:
            key: %s
            counts: [view]
            sums: [spent]
        """;
    assertThat(faults(text.formatted(key))).singleElement().asString().startsWith(fault);
  }

  @Test
  void textThatIsNoYaml_isOneFault_atItsLine() {
    assertThat(faults("events: {}\ngroups: ["))
        .singleElement()
        .asString()
        .startsWith("c.yaml:2: this is not YAML");
    assertThat(faults(""))
        .containsExactly("c.yaml:1: the file is empty; expected a catalog with events and groups");
    assertThat(faults("a: 1\n---\nb: 2\n").get(0)).startsWith("c.yaml:3: a second YAML document");
    assertThat(faults("events: {view: {}}"))
        .singleElement()
        .asString()
        .startsWith("c.yaml:1: the catalog needs groups");
  }

  @Test
  void itemThatTheStoreWouldRefuse_isAFault() {
    StringBuilder events = new StringBuilder("events: {");
    StringBuilder counts = new StringBuilder("[");
    for (int i = 0; i < 3_000; i++) {
      events.append("event").append(i).append(": {}, ");
      counts.append("event").append(i).append(", ");
    }
    assertThat(faults(events + "}\ngroups:\n  g: {key: [a], counts: " + counts + "]}\n"))
        .singleElement()
        .asString()
        .contains("an item of group \"g\" can take", "409600");
  }

  @Test
  void file_thatIsMissingOrNoText_isAFault(@TempDir Path folder) throws IOException {
    Path missing = folder.resolve("missing.yaml");
    assertThatThrownBy(() -> CatalogLoader.load(missing))
        .isInstanceOf(CatalogException.class)
        .hasMessage(missing + ":1: there is no such file; expected a catalog in YAML");
    Path binary = Files.write(folder.resolve("binary.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatThrownBy(() -> CatalogLoader.load(binary)).hasMessageContaining("is not UTF-8");
  }
}
