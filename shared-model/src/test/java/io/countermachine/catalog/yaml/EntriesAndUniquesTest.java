package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.FeatureType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Kinds without retractions: unique counts, extremes, lists, firsts and lasts. */
class EntriesAndUniquesTest {
  private static final String CATALOG =
      """
      events: {view: {}, like: {}, timespent: {value: durationMs}, long_view: {of: timespent, where: durationMs > 8}}
      intervals: [1h, lifetime, last_1h, each_1m, session_30m]
      groups:
        user:
          key: [userId]
          uniques: {creators: {of: like, by: creatorId, error: 10%, unit: creators}}
          stats: {dwell: {of: timespent, give: [min, mean, max]}}
          lists:
            recent: {of: [view, like], fields: [postId, eventName, eventTs], keep: 20, within: 7d, distinct: postId, owner: feed}
            stays: {of: long_view, fields: [durationMs, eventName]}
          firsts: {joined: {of: view, field: eventTs}}
          lasts: {device: {of: [view, like], field: device}}
          features:
            seen: contains(recent, postId)
            likers: creators / dwell_max
      """;

  private static Group user() {
    return CatalogLoader.parse("c.yaml", CATALOG).group("user").orElseThrow();
  }

  @Test
  void eachList_becomesMeasuresOfItsKind_withIntervalsWhereItCanHaveThem() {
    assertThat(user().schema().measures())
        .extracting(
            Measure::name,
            Measure::kind,
            measure -> measure.intervals().stream().map(Interval::label).toList())
        .containsExactly(
            tuple(
                "dwell#moments",
                MeasureKind.moments(),
                List.of("1h", "lifetime", "last_1h", "each_1m", "session_30m")),
            tuple("dwell#min", MeasureKind.min(), List.of("lifetime", "last_1h", "session_30m")),
            tuple("dwell#max", MeasureKind.max(), List.of("lifetime", "last_1h", "session_30m")),
            tuple(
                "creators",
                MeasureKind.uniques(0.1),
                List.of("1h", "lifetime", "last_1h", "session_30m")),
            tuple(
                "recent",
                MeasureKind.list(
                    List.of("postId", "eventName", "eventTs"),
                    20,
                    Duration.ofDays(7).toMillis(),
                    Optional.of("postId")),
                List.of()),
            tuple(
                "stays",
                MeasureKind.list(List.of("durationMs", "eventName"), 50, 0, Optional.empty()),
                List.of()),
            tuple("joined", MeasureKind.first("eventTs"), List.of()),
            tuple("device", MeasureKind.last("device"), List.of()));
    assertThat(user().itemSchema().outputs())
        .extracting(Output::name)
        .containsExactly(
            "dwell_mean",
            "dwell_min",
            "dwell_max",
            "creators",
            "recent",
            "stays",
            "joined",
            "device");
    assertThat(user().metadata("creators").unit()).contains("creators");
    assertThat(user().metadata("dwell_min")).isEqualTo(user().metadata("dwell_mean"));
    assertThat(user().notes())
        .containsExactly(
            "group user: \"dwell_min\" without 1h, each_1m: min is kept for lifetime, last_ windows and sessions; take one of these",
            "group user: \"dwell_max\" without 1h, each_1m: max is kept for lifetime, last_ windows and sessions; take one of these",
            "group user: \"creators\" without each_1m: unique counts of past windows would need a sketch for each; take a last_ window");
  }

  @Test
  void errorOfUniques_is7Percent_whereNoneIsGiven() {
    assertThat(
            CatalogLoader.parse(
                    "c.yaml", "groups: {g: {key: [a], uniques: {u: {of: like, by: user-id}}}}")
                .group("g")
                .orElseThrow()
                .schema()
                .measures())
        .extracting(Measure::kind)
        .containsExactly(MeasureKind.uniques(0.07));
  }

  @Test
  void features_ofListsFirstsAndLasts_haveTwoParts_andSizeAndAge() {
    Catalog catalog = CatalogLoader.parse("c.yaml", CATALOG);
    assertThat(catalog.features().keySet().stream().filter(name -> !name.contains("dwell")))
        .containsExactly(
            "user.creators.1h",
            "user.creators.lifetime",
            "user.creators.last_1h",
            "user.creators.session_30m",
            "user.recent",
            "user.recent.size",
            "user.recent.age",
            "user.stays",
            "user.stays.size",
            "user.stays.age",
            "user.joined",
            "user.joined.age",
            "user.device",
            "user.device.age",
            "user.seen",
            "user.likers.lifetime",
            "user.likers.last_1h",
            "user.likers.session_30m");
    assertThat(catalog.features())
        .containsKeys("user.dwell_min.lifetime", "user.dwell_max.session_30m")
        .doesNotContainKeys("user.dwell_min.1h", "user.dwell_min.each_1m");
    Feature recent = catalog.feature("user.recent").orElseThrow();
    assertThat(recent.type()).isEqualTo(FeatureType.LIST);
    assertThat(recent.origin()).isEqualTo(new Feature.Stored(4, -1));
    assertThat(recent.interval()).isEqualTo(-1);
    assertThat(recent.metadata().owner()).contains("feed");
    assertThat(catalog.feature("user.device").orElseThrow().type())
        .isEqualTo(FeatureType.NUMBER_OR_TEXT);
    Feature age = catalog.feature("user.recent.age").orElseThrow();
    assertThat(age.metadata().unit()).contains("hours");
    assertThat(age.interval()).isEqualTo(-1);
    assertThat(((Feature.Computed) age.origin()).formula().operands())
        .containsExactly(new FeatureOperand.Age(age.group(), 4));
    assertThat(age.type()).isEqualTo(FeatureType.NUMBER);
  }

  @Test
  void unknownFeatureOfAList_isToldWithTheOnesThatAre() {
    assertThat(faults(CATALOG + "sets: {s: [user.recent.7d, user.device.size, user.recent]}"))
        .containsExactly(
            "c.yaml:16: unknown feature \"user.recent.7d\" in set \"s\"; \"recent\" has no interval; known: user.recent, user.recent.size, user.recent.age",
            "c.yaml:16: unknown feature \"user.device.size\" in set \"s\"; \"device\" has no interval; known: user.device, user.device.age");
  }

  private static List<String> faults(String catalog) {
    try {
      CatalogLoader.parse("c.yaml", catalog);
      return List.of();
    } catch (CatalogException e) {
      return e.faults();
    }
  }

  @Test
  void feeds_giveLabelsAndFields_asTheEventHasThem() {
    Catalog catalog = CatalogLoader.parse("c.yaml", CATALOG);
    Group user = catalog.group("user").orElseThrow();
    assertThat(catalog.eventFields().fields())
        .extracting(EventFields.Field::name)
        .containsExactly("durationMs", "creatorId", "postId", "eventTs", "device");
    assertThat(user.feeds("like"))
        .extracting(feed -> user.schema().measures().get(feed.measure()).name())
        .containsExactly("creators", "recent", "device");
    EventOperands like =
        new EventOperands()
            .event(
                new Object[] {7L, 77L, "p9", "2024-02-10T22:53:19Z", true},
                1_707_605_599_000L,
                "like");
    assertThat(user.feeds("like").get(0).label().orElseThrow().of(like)).isEqualTo("77");
    assertThat(fields(user.feeds("like").get(1), like))
        .containsExactly("p9", "like", "2024-02-10T22:53:19Z");
    // A boolean is not a valid value of an entry.
    assertThat(fields(user.feeds("like").get(2), like)).containsExactly((Object) null);

    EventOperands stay =
        new EventOperands().event(new Object[] {8.5, null, null, 1L, null}, 0, "long_view");
    assertThat(fields(user.feeds("long_view").get(0), stay)).containsExactly(8.5, "long_view");
    assertThat(user.feeds("timespent")).allMatch(feed -> feed.fields().size() == 0);
  }

  private static Object[] fields(Feed feed, EventOperands event) {
    EntryFields fields = feed.fields();
    Object[] values = new Object[fields.size()];
    fields.read(event, values);
    return values;
  }

  /** Items could not hold them: a text of 257 bytes, and one with an unpaired surrogate. */
  @ParameterizedTest
  @CsvSource({
    "a, 256, true",
    "a, 257, false",
    "ä, 128, true",
    "ä, 129, false",
    "漢, 85, true",
    "漢, 86, false",
    "😀, 64, true",
    "😀, 65, false",
    "'', 1, true"
  })
  void textOfAField_isMissing_whereItIsTooLong(String part, int times, boolean kept) {
    Group user = user();
    String text = part.repeat(times);
    Feed device = user.feeds("like").get(2);
    Object[] event = {null, null, null, null, text};
    assertThat(fields(device, new EventOperands().event(event, 0, "like")))
        .containsExactly(kept ? text : null);
    event[4] = "\ud83d";
    assertThat(fields(device, new EventOperands().event(event, 0, "like")))
        .containsExactly((Object) null);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "lists: {l: {of: view, fields: [a], within: 7d}} # 49d",
        "lists: {l: {of: view, fields: [a], within: 1h}} # 1d",
        "lists: {l: {of: view, fields: [a]}} # for ever",
        "lists: {l: {of: view, fields: [a]}, m: {of: view, fields: [b], within: 1d}} # 7d",
        "firsts: {f: {of: view, field: a}}, lasts: {l: {of: view, field: a}} # for ever",
        "lists: {l: {of: view, fields: [a], within: 7d}}, counts: {v: {of: view, intervals: [1d]}} # 49d",
        "firsts: {f: {of: view, field: a}}, counts: {v: {of: view, intervals: [1d]}} # 7d",
        "uniques: {u: {of: view, by: a, intervals: [last_1d]}} # 7d",
        "uniques: {u: {of: view, by: a, intervals: [lifetime]}} # for ever"
      })
  void keysAreRetained_longEnoughForAllThatEnds(String measures, String retain) {
    Group group =
        CatalogLoader.parse(
                "c.yaml", "events: {view: {}}\ngroups: {g: {key: [k], %s}}".formatted(measures))
            .group("g")
            .orElseThrow();
    assertThat(group.retain().map(time -> time.toDays() + "d").orElse("for ever"))
        .isEqualTo(retain);
  }

  @Test
  void eventsThatTheseKindsName_mayArrive_withoutAListOfEvents() {
    assertThat(
            CatalogLoader.parse(
                    "c.yaml",
                    """
                    groups:
                      g:
                        key: [k]
                        lists: {l: {of: [b, c], fields: [x]}, m: {of: a, fields: [x]}}
                        uniques: {u: {of: d, by: x, intervals: [1h]}}
                        firsts: {f: {of: e, field: x}}
                        lasts: {z: {of: [f], field: x}}
                    """)
                .events()
                .keySet())
        .containsExactlyInAnyOrder("a", "b", "c", "d", "e", "f");
  }

  @Test
  void retainShorterThanAList_isWarnedOf() {
    assertThat(
            CatalogCheck.warnings(
                CatalogLoader.parse(
                    "c.yaml",
                    "groups: {g: {key: [k], retain: 1d, lists: {l: {of: a, fields: [x], within: 7d}}}}")))
        .containsExactly(
            "group g is retained for 1d, shorter than the 7d within which l keeps entries, so a pause without events empties it");
  }

  @Test
  void listThatFitsWithShortTexts_isWarnedOf_andOneThatDoesNotIsRefused() {
    String list = "groups: {g: {key: [k], lists: {l: {of: a, keep: 1000, fields: [x, y]}}}}";
    assertThat(CatalogCheck.warnings(CatalogLoader.parse("c.yaml", list)))
        .singleElement()
        .asString()
        .startsWith("an item of group g would take 5");
    String lists =
        "groups: {g: {key: [k], lists: {l: {of: a, keep: 1000, fields: [%s]}}}}"
            .formatted(
                String.join(
                    ", ",
                    java.util.stream.IntStream.range(0, 40).mapToObj(i -> "field" + i).toList()));
    assertThat(faults(lists))
        .singleElement()
        .asString()
        .startsWith("c.yaml:1: an item of group \"g\" can take ");
  }

  @Test
  void check_saysWhatTheyTake(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, CATALOG);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int exit =
        CatalogCheck.run(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            file.toString());
    assertThat(exit).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "recent (of view and like), stays (of long_view), joined (of view), device (of view and like)")
        .contains("an event like: changes 2 numbers and 2 panes, and leaves 2 entries;")
        .contains("an event timespent: changes 8 numbers and 7 panes; its write");
  }
}
