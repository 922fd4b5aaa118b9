package io.countermachine.catalog.yaml;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogDiff.Change;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogDiffTest {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      fields: {userId: user.id}
      events: {view: {}, like: {}, timespent: {value: durationMs}, long: {of: timespent, where: durationMs > 8}}
      groups:
        user: {key: [userId], counts: [view, like], intervals: [1d, lifetime]}
        post:
          key: [postId]
          counts: [view, like]
          sums: [timespent]
          intervals: [1h, 1d]
          retain: 30d
          ratios: {ctr: {of: like, per: view}}
        whole:
          key: []
          counts: {plays: {of: view, intervals: [1h, 1d]}, longs: long}
          sums: {plays2: {of: timespent, intervals: [1h]}}
          stats: {dwell: {of: timespent, give: [mean, p50], error: 5%}}
          histograms: {countries: {of: view, by: country, keep: 10}}
          uniques: {viewers: {of: view, by: userId, error: 5%}}
          lists: {recent: {of: view, fields: [postId, userId], keep: 20, within: 7d}}
          firsts: {created: {of: view, field: eventTs}}
          intervals: [1d, last_1h, each_1m]
          features: {hot: rate(plays.1h)}
      windows: {last_1h: {step: 2m}, each_1m: {keep: 2h}}
      sets: {home: [post.ctr.1h]}
      """;

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static List<Change> changes(String from, String to) {
    assertThat(CATALOG).contains(from);
    return CatalogDiff.of(
        CatalogLoader.parse("old", CATALOG), CatalogLoader.parse("new", CATALOG.replace(from, to)));
  }

  private int diff(String... arguments) {
    return CatalogDiff.run(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Changes with which data is lost or no longer right.
        "unit: seconds; unit: milliseconds; true; eventTs is read as milliseconds, was seconds",
        "field: eventId; field: uuid; true; the id is uuid, was eventId",
        "value: durationMs; value: millis; true; its value is millis, was durationMs: sums add the new values",
        "key: [postId]; key: [itemId]; true; the job refuses the state",
        "key: [postId]; key: [postId, userId]; true; its key is [postId, userId], was [postId]",
        "intervals: [1d, lifetime]; intervals: [1d]; true; interval lifetime is removed",
        "intervals: [1d, lifetime]; intervals: [1d]; false; keys are kept 7d, were kept for ever",
        "counts: [view, like],; counts: [view],; true; group user: like is removed",
        "counts: [view, like]; 'counts: {view: view, like: view}'; true; group post: like counts event view, counted like",
        "last_1h: {step: 2m}; last_1h: {step: 1m}; true; the panes of last_1h are 1m, were 2m: they start over",
        "each_1m: {keep: 2h}; each_1m: {keep: 1h}; true; each_1m is kept for 1h, was kept for 2h",
        "keep: 10; keep: 5; true; countries keeps 5 labels, kept 10",
        "by: country; by: region; true; countries is by region, was by country",
        "error: 5%; error: 2%; true; dwell bins has an error of 0.02, had 0.05: it starts over at 0",
        "give: [mean, p50]; give: [mean]; true; group whole: dwell bins is removed",
        "give: [mean, p50]; give: [stddev, p50]; false; dwell_stddev is computed, too, from the state of dwell moments",
        "of: view, intervals: [1h, 1d]; of: view, intervals: [1h]; true; plays is no longer kept for 1d",
        "where: durationMs > 8; where: durationMs > 9; true; event long: it is made of timespent where durationMs > 9, and was made of timespent where durationMs > 8",
        "long: {of: timespent, where: durationMs > 8}; long: {}; true; event long: it arrives in records, and was made of timespent where",
        "by: userId, error: 5%; by: userId, error: 2%; true; viewers has an error of 0.02, had 0.05: it starts over at 0",
        "by: userId; by: deviceId; true; viewers is by deviceId, was by userId",
        "keep: 20; keep: 10; true; recent keeps 10 entries of [postId, userId] within 7d, kept 20 entries of [postId, userId] within 7d",
        "within: 7d}; within: 1d}; true; recent keeps 20 entries of [postId, userId] within 1d",
        "within: 7d}; 'within: 7d, distinct: postId}'; true; within 7d distinct by postId, kept",
        "fields: [postId, userId]; fields: [postId]; true; recent keeps 20 entries of [postId] within 7d",
        "recent: {of: view; 'recent: {of: [like, view]'; true; recent counts event like and view, counted view",
        "field: eventTs; field: device; true; created takes field device, took eventTs: it starts over",
        "firsts: {created; lasts: {created; true; created is a last, was a first: it starts over at 0",
        // Changes without a loss.
        "by: userId, error: 5%; by: userId, error: 7%; false; viewers has an error of 0.07, had 0.05: it continues with fewer of its hashes",
        "keep: 20; keep: 30; false; recent keeps 30 entries of [postId, userId] within 7d, kept 20",
        ", within: 7d}; }; false; recent keeps 20 entries of [postId, userId], kept 20 entries of [postId, userId] within 7d",
        "last_1h: {step: 2m}; last_1h: {step: 4m}; false; the panes of last_1h are 4m, were 2m: existing panes become larger ones",
        "each_1m: {keep: 2h}; each_1m: {keep: 3h}; false; each_1m is kept for 3h, was kept for 2h",
        "keep: 10; keep: 20; false; countries keeps 20 labels, kept 10",
        "hot: rate(plays.1h); hot: rate(plays.1d); false; formula hot is rate(plays.1d), was rate(plays.1h); it is not stored",
        "hot: rate(plays.1h); hot: rate(plays.1h), cold: rate(plays.1d); false; formula cold is added, rate(plays.1d); it is not stored",
        "of: timespent, intervals: [1h]; of: timespent, intervals: [1h, 1d]; false; plays2 is kept for 1d, too",
        "maxAhead: 1m; maxAhead: 5m; false; maxAhead is 5m, was 1m",
        "maxAhead: 1m; maxAhead: 1m, maxBehind: 7d; false; maxBehind is 7d, was off",
        "within: 1h; within: 2h; false; within is 2h, was 1h",
        "userId: user.id; userId: actor.id; false; userId is read at actor.id, was read at user.id",
        "fields: {userId: user.id}; fields: {}; false; userId is read at userId, was read at user.id",
        "events: {view: {}; events: {share: {}, view: {}; false; event share is added",
        "intervals: [1h, 1d]; intervals: [1h, 1d, 7d]; false; interval 7d is added",
        "counts: [view, like],; counts: [view, like], sums: [timespent],; false; group user: timespent is added",
        "retain: 30d; retain: 90d; false; still expire by the earlier time",
        "retain: 30d; retain: 10d; false; stay for the earlier time",
        "retain: 30d; 'retain: 30d\n    precision: 1%'; false; precision is 1% within 10s, was off",
        "of: like, per: view; of: like, per: view, prior: 0.1, weight: 5; false; ratio ctr is smooth(like, view, prior: 0.1, weight: 5), was like / view",
        "[post.ctr.1h]; [post.ctr.1d]; false; set home has other features",
        "sets: {; sets: {other: [user.view.1d], ; false; set other is added",
        "events: {; 'storage: {format: packed}\nevents: {'; false; items become packed"
      })
  void change_saysWhatItDoes(String from, String to, boolean lost, String effect) {
    assertThat(changes(from, to))
        .anySatisfy(
            change -> {
              assertThat(change.effect()).contains(effect);
              assertThat(change.lost()).isEqualTo(lost);
            });
  }

  @Test
  void removedGroup_isLost_andAnAddedOneIsNot() {
    String user = "  user: {key: [userId], counts: [view, like], intervals: [1d, lifetime]}\n";
    assertThat(changes(user, ""))
        .containsExactly(
            new Change(
                true,
                "group user is removed: its items are no longer written and stay until they expire;"
                    + " its state stays in the checkpoints"));
    assertThat(changes(user, user + "  site: {key: [siteId], counts: [view]}\n"))
        .singleElement()
        .satisfies(change -> assertThat(change.lost()).isFalse())
        .extracting(Change::effect)
        .asString()
        .startsWith("group site is added: it counts from 0");
  }

  @Test
  void measureOfAnotherKind_isLost() {
    assertThat(
            changes(
                "counts: [view, like]\n    sums: [timespent]", "counts: [view, like, timespent]"))
        .containsExactly(
            new Change(true, "group post: timespent is a count, was a sum: it starts over at 0"));
  }

  @Test
  void deduplication_forgetsAllIds_whereItIsRemoved() {
    String rule = "deduplicate: {field: eventId, within: 1h}\n";
    assertThat(changes(rule, ""))
        .containsExactly(
            new Change(
                true,
                "deduplicate: is removed: the state forgets all ids, and every duplicate is counted"));
    Catalog without = CatalogLoader.parse("old", CATALOG.replace(rule, ""));
    assertThat(CatalogDiff.of(without, CatalogLoader.parse("new", CATALOG)))
        .singleElement()
        .satisfies(change -> assertThat(change.lost()).isFalse());
  }

  @Test
  void event_isRemoved_withTheMeasuresThatItFeeds() {
    Catalog with =
        CatalogLoader.parse("old", CATALOG.replace("events: {view", "events: {share: {}, view"));
    assertThat(CatalogDiff.of(with, CatalogLoader.parse("new", CATALOG)))
        .containsExactly(
            new Change(false, "event share is removed: ignored from the next start on"));
  }

  @Test
  void sameCatalogs_haveNoChanges_whateverTheirOrderAndForm() {
    assertThat(changes("[1h, 1d]", "[24h, 60m]")).isEmpty();
    assertThat(changes("counts: [view, like]", "counts: [like, view]")).isEmpty();
  }

  @Test
  void command_exitsWithOne_whereSomethingIsLost() throws IOException {
    Path old = Files.writeString(folder.resolve("old.yaml"), CATALOG);
    Path longer = Files.writeString(folder.resolve("longer.yaml"), CATALOG.replace("30d", "90d"));
    Path fewer =
        Files.writeString(
            folder.resolve("fewer.yaml"),
            CATALOG.replace("[1h, 1d]\n    retain", "[1h]\n    retain"));
    assertThat(diff(old.toString(), longer.toString())).isZero();
    assertThat(out.toString(UTF_8))
        .startsWith("ok:   group post: keys are kept 90d, were kept 30d")
        .endsWith("1 change, of which 0 lose something\n");
    out.reset();
    assertThat(diff(old.toString(), fewer.toString())).isEqualTo(1);
    assertThat(out.toString(UTF_8))
        .contains("lost: group post: interval 1d is removed")
        .endsWith("1 change, of which 1 loses something\n");
    assertThat(err.size()).isZero();
  }

  @Test
  void command_tellsFaultsAndWrongUsage() throws IOException {
    Path old = Files.writeString(folder.resolve("old.yaml"), CATALOG);
    Path broken = Files.writeString(folder.resolve("broken.yaml"), "groups: {g: {key: [a]}}\n");
    assertThat(diff(old.toString(), broken.toString())).isEqualTo(1);
    assertThat(err.toString(UTF_8)).startsWith(broken + ":1: group \"g\" is empty");
    assertThat(diff(old.toString())).isEqualTo(2);
    assertThat(diff("--help", old.toString())).isEqualTo(2);
  }

  @Test
  void whatIsAddedOrRemoved_isSaidSo() {
    String ruled =
        "rules: {topic: r, lists: {bots: userId}}\nevents: {view: {unless: bots}, spent: {value: ms}}\n"
            + "groups: {g: {key: [a], counts: [view], sums: [spent]}}";
    String plain = "events: {view: {}, spent: {}}\ngroups: {g: {key: [a], counts: [view, spent]}}";
    assertThat(CatalogDiff.of(CatalogLoader.parse("a", plain), CatalogLoader.parse("b", ruled)))
        .extracting(Change::effect)
        .contains(
            "event spent: its value is added, ms: sums add the new values to the old ones",
            "rules: they are read from topic r: the rules in it hold",
            "rules: list bots is added, by userId: no stored counter changes");
    assertThat(CatalogDiff.of(CatalogLoader.parse("b", ruled), CatalogLoader.parse("a", plain)))
        .extracting(Change::effect)
        .contains(
            "event spent: its value is removed",
            "rules: topic r is no longer read: no rule holds",
            "rules: list bots is removed: no stored counter changes");
  }

  @Test
  void rules_loseNothing_andAreToldListByList() {
    assertThat(
            CatalogDiff.of(
                CatalogLoader.parse(
                    "old",
                    "rules: {topic: r, lists: {bots: userId}}\n"
                        + "events: {view: {unless: bots}}\n"
                        + "groups: {g: {key: [a], counts: [view]}}"),
                CatalogLoader.parse(
                    "new",
                    "rules: {topic: s, lists: {bots: deviceId, spam: postId}}\n"
                        + "events: {view: {unless: [bots, spam]}}\n"
                        + "groups: {g: {key: [a], counts: [view]}}")))
        .extracting(Change::toString)
        .containsExactly(
            "ok:   rules: the topic is s, was r: the rules in the new topic hold",
            "ok:   rules: list bots is by deviceId, was by userId: no stored counter changes",
            "ok:   rules: list spam is added, by postId: no stored counter changes",
            "ok:   rules: event view is blocked by bots, spam, was blocked by bots: from the next start"
                + " on, also events that a replay counts again");
  }
}
