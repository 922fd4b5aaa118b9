package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.verification.TableItems.Item;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Occurrence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Compares counter items, in both formats, with the recomputation from raw records. */
class ExpectedItemTest {
  private static final long START_SECONDS = 1_707_605_599L;
  private static final long CLOCK = (START_SECONDS + 100_000) * 1_000;
  private static final int STREAMS = 60;
  private static final Recomputation.Key KEY = new Recomputation.Key("post", "p9");

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "c.yaml",
          """
          events: {view: {}, timespent: {value: ms}}
          intervals: [1m, 1h, lifetime, last_5m, each_1m, session_30s]
          windows: {each_1m: {keep: 5m}}
          groups:
            post:
              key: [postId]
              counts: [view]
              sums: [timespent]
              stats: {dwell: {of: timespent, give: [mean, stddev, min, max, p50, p95], error: 3%}}
              uniques:
                viewers: {of: view, by: userId}
                rough: {of: view, by: userId, error: 40%}
              lists:
                recent: {of: [view, timespent], fields: [userId, eventName, ms], keep: 6, within: 100s}
                users: {of: view, fields: [eventTs], keep: 4, distinct: userId}
              firsts: {began: {of: view, field: country}}
              lasts: {ended: {of: timespent, field: ms}}
              histograms: {countries: {of: view, by: country, keep: 2}}
          """);

  private static final Group POST = CATALOG.groups().get(0);

  private record Event(String name, long seconds, double ms, String country, String user) {
    private byte[] line() {
      String fields = "\"ms\":%s,\"country\":\"%s\",\"userId\":\"%s\"".formatted(ms, country, user);
      return "{\"postId\":\"p9\",\"eventName\":\"%s\",\"eventTs\":%d,%s}"
          .formatted(name, seconds, fields)
          .getBytes(UTF_8);
    }

    private Object[] fields(List<String> names) {
      Map<String, Object> all =
          Map.of(
              "eventName", name, "eventTs", seconds, "ms", ms, "country", country, "userId", user);
      return names.stream().map(all::get).toArray();
    }
  }

  private static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    long seconds = START_SECONDS;
    for (int left = 1 + random.nextInt(40); left > 0; left--) {
      seconds += random.nextInt(4) == 0 ? 20 + random.nextInt(20) : random.nextInt(8);
      events.add(
          new Event(
              random.nextBoolean() ? "view" : "timespent",
              seconds,
              Math.exp(random.nextGaussian()) * 1_000,
              "C" + (int) Math.abs(random.nextGaussian() * 3),
              "u" + random.nextInt(15)));
    }
    Collections.shuffle(events, random);
    return events;
  }

  private static ExpectedItem expected(List<Event> events) {
    Recomputation recomputation = new Recomputation(CATALOG);
    events.forEach(event -> recomputation.add(event.line(), CLOCK));
    assertThat(recomputation.deadLetters()).isEmpty();
    return new ExpectedItem(
        POST,
        recomputation.expected(KEY, recomputation.events(KEY)),
        recomputation.lastUpdate(KEY),
        Optional.empty());
  }

  private static Item stored(List<Event> events, ItemFormat format) {
    Counters counters = new Counters(POST.schema());
    Occurrence occurrence = new Occurrence();
    for (Event event : events) {
      for (Feed feed : POST.feeds(event.name())) {
        MeasureKind kind = POST.schema().measures().get(feed.measure()).kind();
        String by = feed.label().map(label -> label.by().text()).orElse("");
        counters.extendSessions(event.seconds() * 1_000);
        counters.add(
            feed.measure(),
            occurrence
                .at(event.seconds() * 1_000)
                .value(event.ms())
                .label(by.equals("userId") ? event.user() : event.country())
                .fields(event.fields(kind.occurrenceFields())));
      }
    }
    ItemValues values = ItemValues.of(POST.itemSchema(), counters);
    return TableItems.item(ItemCodec.encode("p9", values, OptionalLong.empty(), format));
  }

  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void itemOfCounters_isWhatTheRecordsGive(ItemFormat format) {
    for (int seed = 0; seed < STREAMS; seed++) {
      List<Event> events = events(new Random(seed));
      ExpectedItem expected = expected(events);
      Item stored = stored(events, format);
      assertThat(expected.isSame(stored))
          .as("stream %d: found %s, expected %s", seed, stored, expected)
          .isTrue();
      assertThat(expected.isExceededBy(stored)).isFalse();
    }
  }

  /** If any number of an item is slightly changed, removed or added, the item is different. */
  @Test
  void itemWithAnyWrongNumber_isAnother() {
    List<Event> events = events(new Random(7));
    ExpectedItem expected = expected(events);
    Item whole = stored(events, ItemFormat.PACKED);
    int checked = 0;
    for (String name : whole.values().keySet()) {
      for (Map.Entry<String, Double> value : whole.values().get(name).entrySet()) {
        if (name.equals("rough")) {
          continue; // An estimate.
        }
        double right = value.getValue();
        double more = name.startsWith("dwell_p") ? right : 1e-3 * Math.max(1, right);
        double wrong = right + more;
        assertThat(expected.isSame(with(whole, name, value.getKey(), wrong)))
            .as("%s %s of %s", name, value, expected)
            .isFalse();
        if (value.getValue() != 0) {
          assertThat(expected.isSame(with(whole, name, value.getKey(), null)))
              .as("without %s %s", name, value)
              .isFalse();
        }
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(60);
    assertThat(expected.isSame(with(whole, "view", "last_5m@0", 1.0))).isFalse();
    assertThat(expected.isSame(with(whole, "countries[XX]", "1h", 1.0))).isFalse();
    assertThat(expected.isExceededBy(with(whole, "view", "lifetime", 1e9))).isTrue();
    assertThat(expected.isSame(with(whole, "rough", "lifetime", 1e3))).isFalse();
  }

  /** If any entry of an item is removed, moved or has another field, the item is different. */
  @Test
  void itemWithAnyWrongEntry_isAnother() {
    List<Event> events = events(new Random(7));
    ExpectedItem expected = expected(events);
    Item whole = stored(events, ItemFormat.READABLE);
    int checked = 0;
    for (Map.Entry<String, List<StoredEntry>> list : whole.lists().entrySet()) {
      for (int at = 0; at < list.getValue().size(); at++) {
        StoredEntry right = list.getValue().get(at);
        List<StoredEntry> without = new ArrayList<>(list.getValue());
        without.remove(at);
        isAnother(expected, whole, list.getKey(), without);
        List<StoredEntry> other = new ArrayList<>(list.getValue());
        other.set(at, new StoredEntry(right.atMillis() - 1_000, right.fields()));
        isAnother(expected, whole, list.getKey(), other);
        for (String field : right.fields().keySet()) {
          Map<String, Object> fields = new HashMap<>(right.fields());
          fields.put(field, "else");
          other.set(at, new StoredEntry(right.atMillis(), fields));
          isAnother(expected, whole, list.getKey(), other);
          fields.remove(field);
          isAnother(expected, whole, list.getKey(), other);
        }
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(8);
    isAnother(expected, whole, "unknown", List.of());
  }

  @Test
  void itemWhoseSessionEndsElsewhere_isAnother() {
    List<Event> events = events(new Random(7));
    Item whole = stored(events, ItemFormat.READABLE);
    Item moved =
        new Item(
            whole.lastUpdateMillis(),
            whole.sessionEndMillis() - 1_000,
            whole.expiresAt(),
            whole.values(),
            whole.lists());
    assertThat(expected(events).isSame(whole)).isTrue();
    assertThat(expected(events).isSame(moved)).isFalse();
  }

  private static void isAnother(
      ExpectedItem expected, Item item, String list, List<StoredEntry> entries) {
    Map<String, List<StoredEntry>> lists = new HashMap<>(item.lists());
    lists.put(list, entries);
    Item changed =
        new Item(
            item.lastUpdateMillis(),
            item.sessionEndMillis(),
            item.expiresAt(),
            item.values(),
            lists);
    assertThat(expected.isSame(changed)).as("%s: %s of %s", list, entries, expected).isFalse();
  }

  private static Item with(Item item, String name, String place, Double value) {
    Map<String, Map<String, Double>> values = new HashMap<>(item.values());
    Map<String, Double> row = new HashMap<>(values.getOrDefault(name, Map.of()));
    if (value == null) {
      row.remove(place);
    } else {
      row.put(place, value);
    }
    values.put(name, row);
    return new Item(
        item.lastUpdateMillis(), item.sessionEndMillis(), item.expiresAt(), values, item.lists());
  }
}
