package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.ExpectedValues.Range;
import io.countermachine.measure.Output;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every kind at every interval, calculated by hand. */
class ExpectedValuesTest {
  /** 2024-02-10 22:53:19 UTC. */
  private static final long UPDATED = 1_707_605_599_000L;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          events:
            view: {}
            timespent: {value: ms}
            long_view: {of: timespent, where: 'ms >= 3000 and country in ["DE", "AT"]'}
            engage: {of: [view, long_view], weight: {view: 1, long_view: 3}}
            paid: {of: view, weight: price}
          windows: {last_1m: {step: 30s}, each_1m: {keep: 5m}}
          intervals: [1h, lifetime, last_1m, each_1m, session_30s]
          groups:
            site:
              key: []
              counts: [view, long_view, engage, paid]
              sums: [timespent]
              stats: {dwell: {of: timespent, give: [mean, stddev, p50], error: 5%}}
              histograms: {countries: {of: view, by: country, keep: 2}}
          """);

  private static final Group SITE = CATALOG.groups().get(0);
  private static final Recomputation.Key KEY = new Recomputation.Key("site", "*");

  private final Recomputation recomputation = new Recomputation(CATALOG);

  private void add(long secondsBefore, String fields) {
    String line = "{\"eventTs\":%d,%s}".formatted(UPDATED / 1_000 - secondsBefore, fields);
    recomputation.add(line.getBytes(UTF_8), UPDATED);
  }

  private void view(long secondsBefore, String country) {
    add(secondsBefore, "\"eventName\":\"view\",\"country\":" + country);
  }

  private void timespent(long secondsBefore, double ms, String country) {
    add(
        secondsBefore,
        "\"eventName\":\"timespent\",\"ms\":%s,\"country\":\"%s\"".formatted(ms, country));
  }

  private Range range(String name, String label, long asOf) {
    Output output = SITE.itemSchema().output(SITE.itemSchema().outputIndex(name));
    return recomputation.number(
        KEY, output, SITE.schema().intervals().get(SITE.schema().intervalIndex(label)), asOf);
  }

  private void isAbout(String name, String label, long asOf, double value) {
    Range range = range(name, label, asOf);
    assertThat(range.contains(value)).as("%s.%s: %s in %s", name, label, value, range).isTrue();
    double wrong = 1e-8 * Math.max(1, Math.abs(value));
    assertThat(range.contains(value + wrong)).isFalse();
    assertThat(range.contains(value - wrong)).isFalse();
  }

  @Test
  void countsAndSums_atEveryInterval() {
    view(0, "\"DE\"");
    view(60, "\"DE\"");
    view(85, "\"AT\"");
    timespent(30, 2_000, "DE");
    isAbout("view", "lifetime", UPDATED, 3);
    double decayed = 1 + Math.exp(-60 / 3_600.0) + Math.exp(-85 / 3_600.0);
    isAbout("view", "1h", UPDATED, decayed);
    isAbout("view", "1h", UPDATED - 10_000, decayed);
    isAbout("view", "1h", UPDATED + 3_600_000, decayed / Math.E);
    isAbout("timespent", "lifetime", UPDATED, 2_000);
    // (22:52:19, 22:53:19]: ten of thirty seconds of the pane of 22:52:00 remain, which has the
    // view of 22:52:19. The view of 22:51:54 is in the pane before.
    isAbout("view", "last_1m", UPDATED, 1 + 10 / 30.0);
    isAbout("view", "last_1m", UPDATED + 10_000, 1 + 1 / 30.0 - 1 / 30.0);
    isAbout("timespent", "last_1m", UPDATED, 2_000);
    // [22:52:00, 22:53:00)
    isAbout("view", "each_1m", UPDATED, 1);
    isAbout("view", "each_1m", UPDATED + 41_000, 1);
    isAbout("view", "each_1m", UPDATED + 101_000, 0);
    // Gaps of exactly 30 s join 22:52:19, 22:52:49 (time spent) and 22:53:19. A gap of 25 s joins
    // the first one.
    isAbout("view", "session_30s", UPDATED, 3);
    isAbout("view", "session_30s", UPDATED + 30_000, 3);
    isAbout("view", "session_30s", UPDATED + 30_001, 0);
  }

  @Test
  void gapThatIsTooLong_endsTheSession() {
    view(0, "\"DE\"");
    view(31, "\"DE\"");
    isAbout("view", "session_30s", UPDATED, 1);
  }

  @Test
  void stats_areOfWeightedValues() {
    timespent(0, 1, "DE");
    timespent(0, 1, "DE");
    timespent(0, 4, "DE");
    isAbout("dwell_mean", "lifetime", UPDATED, 2);
    isAbout("dwell_stddev", "lifetime", UPDATED, Math.sqrt(2));
    isAbout("dwell_mean", "1h", UPDATED + 36_000_000, 2);
    isAbout("dwell_mean", "last_1m", UPDATED, 2);
    isAbout("dwell_stddev", "session_30s", UPDATED, Math.sqrt(2));
    assertThat(range("dwell_mean", "session_30s", UPDATED + 30_001).isUndefined()).isTrue();
    assertThat(range("dwell_mean", "last_1m", UPDATED + 120_000).contains(Double.NaN)).isTrue();
    assertThat(range("dwell_p50", "lifetime", UPDATED).contains(1.049)).isTrue();
    assertThat(range("dwell_p50", "lifetime", UPDATED).contains(1.051)).isFalse();
    // Half of the weight is at or below 1, or within rounding of it, so 4 is right, too.
    timespent(0, 4, "DE");
    assertThat(range("dwell_p50", "lifetime", UPDATED).contains(4)).isTrue();
    assertThat(range("dwell_p50", "lifetime", UPDATED).contains(0.9)).isFalse();
  }

  @Test
  void deviationOfFarTimes_isDecayed() {
    timespent(0, 3, "DE");
    timespent(3_600, 1, "DE");
    double weight = 1 + Math.exp(-1);
    double mean = (3 + Math.exp(-1)) / weight;
    isAbout("dwell_mean", "1h", UPDATED, mean);
    double variance = ((3 - mean) * (3 - mean) + Math.exp(-1) * (1 - mean) * (1 - mean)) / weight;
    isAbout("dwell_stddev", "1h", UPDATED, Math.sqrt(variance));
  }

  @Test
  void eventsMadeOfOthers_areCounted_withTheirWeights() {
    timespent(0, 3_000, "AT");
    timespent(0, 2_999, "AT");
    timespent(0, 9_000, "US");
    view(0, "\"US\"");
    add(0, "\"eventName\":\"view\",\"price\":2.5");
    add(0, "\"eventName\":\"view\",\"price\":0");
    add(0, "\"eventName\":\"view\",\"price\":\"much\"");
    isAbout("long_view", "lifetime", UPDATED, 1);
    isAbout("engage", "lifetime", UPDATED, 3 + 4);
    isAbout("paid", "lifetime", UPDATED, 2.5);
    add(0, "\"eventName\":\"long_view\"");
    assertThat(recomputation.deadLetters())
        .extracting(Recomputation.Outcome::reason)
        .containsExactly("bad_event_name");
  }

  private boolean hasLabels(String label, Object... entries) {
    Map<String, Double> found = new LinkedHashMap<>();
    for (int i = 0; i < entries.length; i += 2) {
      found.put((String) entries[i], ((Number) entries[i + 1]).doubleValue());
    }
    Output output = SITE.itemSchema().output(SITE.itemSchema().outputIndex("countries"));
    return recomputation
        .labelsFault(
            KEY,
            output,
            SITE.schema().intervals().get(SITE.schema().intervalIndex(label)),
            UPDATED,
            found)
        .isEmpty();
  }

  @Test
  void labels_areTheHeaviest_andOther() {
    view(0, "\"DE\"");
    view(0, "\"DE\"");
    view(0, "\"DE\"");
    view(0, "5");
    view(0, "\"5\"");
    view(0, "\"US\"");
    view(0, "\"other\"");
    view(0, "null");
    view(0, "\"\"");
    view(0, "1.5");
    view(0, "true");
    view(0, "[\"DE\"]");
    view(200, "\"US\"");
    assertThat(hasLabels("session_30s", "DE", 3, "5", 2, "other", 2)).isTrue();
    assertThat(hasLabels("session_30s", "5", 2, "DE", 3, "other", 2)).isFalse();
    assertThat(hasLabels("session_30s", "DE", 3, "US", 1, "other", 3)).isFalse();
    assertThat(hasLabels("session_30s", "DE", 3, "5", 2, "other", 1)).isFalse();
    assertThat(hasLabels("session_30s", "DE", 3, "other", 4)).isFalse();
    // 5 and US have 2 each. Either is right here; other tests check that the lesser text comes
    // first.
    assertThat(hasLabels("lifetime", "DE", 3, "5", 2, "other", 3)).isTrue();
    assertThat(hasLabels("lifetime", "DE", 3, "5", 2.1, "other", 2.9)).isFalse();
    isAbout("view", "lifetime", UPDATED, 13);
  }

  private static final Catalog ENTRIES =
      CatalogLoader.parse(
          "e.yaml",
          """
          events: {view: {}, like: {}, timespent: {value: ms}, minus: {of: like, weight: -1}}
          windows: {last_1m: {step: 30s}}
          groups:
            site:
              key: []
              intervals: [1h, lifetime, last_1m, session_30s]
              uniques: {users: {of: view, by: userId}, few: {of: view, by: userId, error: 50%}, none: {of: minus, by: userId}}
              lists: {recent: {of: [view, like], fields: [userId, eventName], keep: 2, within: 40s}, each: {of: view, fields: [device], keep: 9, distinct: userId}}
              firsts: {began: {of: view, field: device}}
              lasts: {ended: {of: view, field: eventTs}}
              stats: {stay: {of: timespent, give: [min, max]}}
          """);

  private final Recomputation ofEntries = new Recomputation(ENTRIES);

  private void event(long secondsBefore, String name, String fields) {
    String line =
        "{\"eventTs\":%d,\"eventName\":\"%s\",%s}"
            .formatted(UPDATED / 1_000 - secondsBefore, name, fields);
    ofEntries.add(line.getBytes(UTF_8), UPDATED);
  }

  private Range ofEntries(String name, String label, long asOf) {
    Group site = ENTRIES.groups().get(0);
    return ofEntries.number(
        KEY,
        site.itemSchema().output(site.itemSchema().outputIndex(name)),
        site.schema().intervals().get(site.schema().intervalIndex(label)),
        asOf);
  }

  private List<String> entries(String name, long asOf) {
    Group site = ENTRIES.groups().get(0);
    Output output = site.itemSchema().output(site.itemSchema().outputIndex(name));
    return ofEntries.entries(KEY, output, asOf).stream()
        .map(entry -> (UPDATED - entry.atMillis()) / 1_000 + " " + entry.fields())
        .toList();
  }

  /** Users 1, a and b, the first one twice. An event without an id has no user. */
  @Test
  void usersOfEachWindow_countAtTheirLastEvent() {
    event(0, "view", "\"userId\":1");
    event(50, "view", "\"userId\":\"1\"");
    event(20, "view", "\"userId\":\"a\",\"device\":5");
    event(70, "view", "\"userId\":\"b\",\"device\":\"tv\"");
    event(10, "view", "\"userId\":2.5");
    event(5, "like", "\"userId\":\"c\"");
    assertThat(ofEntries("users", "lifetime", UPDATED).contains(3)).isTrue();
    assertThat(ofEntries("users", "lifetime", UPDATED).contains(3.001)).isFalse();
    double decayed = 1 + Math.exp(-20 / 3_600.0) + Math.exp(-70 / 3_600.0);
    assertThat(ofEntries("users", "1h", UPDATED).contains(decayed)).isTrue();
    // The window's edge leaves a third of the pane that b is in.
    assertThat(ofEntries("users", "last_1m", UPDATED).contains(2 + 1 / 3.0)).isTrue();
    assertThat(ofEntries("users", "session_30s", UPDATED).contains(3)).isTrue();
    // The third of three users is sampled: the estimate may be 3, or 2 without it, or more with it.
    assertThat(ofEntries("few", "lifetime", UPDATED).contains(3)).isTrue();
    assertThat(ofEntries("none", "lifetime", UPDATED).contains(0)).isTrue();
    assertThat(ofEntries("none", "lifetime", UPDATED).contains(0.001)).isFalse();

    assertThat(entries("recent", UPDATED)).containsExactly("0 [1, view]", "5 [c, like]");
    assertThat(entries("recent", UPDATED + 36_000)).containsExactly("0 [1, view]");
    assertThat(entries("recent", UPDATED + 40_000)).isEmpty();
    assertThat(entries("each", UPDATED)).containsExactly("0 [null]", "20 [5]", "70 [tv]");
    assertThat(entries("began", UPDATED)).containsExactly("70 [tv]");
    assertThat(entries("ended", UPDATED)).containsExactly("0 [%d]".formatted(UPDATED / 1_000));
  }

  @Test
  void extremes_areThoseOfEachWindow() {
    event(0, "timespent", "\"ms\":7");
    event(20, "timespent", "\"ms\":9");
    event(85, "timespent", "\"ms\":3");
    assertThat(ofEntries("stay_min", "lifetime", UPDATED)).isEqualTo(new Range(3, 3));
    assertThat(ofEntries("stay_max", "lifetime", UPDATED)).isEqualTo(new Range(9, 9));
    assertThat(ofEntries("stay_min", "last_1m", UPDATED)).isEqualTo(new Range(7, 7));
    assertThat(ofEntries("stay_max", "session_30s", UPDATED)).isEqualTo(new Range(9, 9));
    assertThat(ofEntries("stay_min", "session_30s", UPDATED + 31_000).isUndefined()).isTrue();
    assertThat(ofEntries("stay_min", "last_1m", UPDATED + 90_000).isUndefined()).isTrue();
  }
}
