package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.dynatrace.hash4j.hashing.Hashing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The state of kinds without retractions is a function of the set of events: no order, duplicate,
 * split or merge changes a byte of it.
 */
class SkybandLawTest {
  private static final long BASE = 1_707_605_599_000L;
  private static final int STREAMS = 300;
  private static final int ORDERS = 10;
  private static final List<Interval> ALL =
      List.of(
          Interval.decay("10s", 10_000),
          Interval.LIFETIME,
          Interval.last("last_1m", 60_000, 5_000),
          Interval.session("session_30s", 30_000));

  /** Entries older than 7 minutes are dropped here. */
  private static final List<Interval> ENDING =
      List.of(Interval.decay("10s", 10_000), Interval.last("last_1m", 60_000, 5_000));

  private record Event(long instant, String label, double value, String measure) {}

  static Stream<MeasureKind> kinds() {
    List<String> fields = List.of("label", "amount");
    return Stream.of(
        MeasureKind.uniques(0.5),
        MeasureKind.uniques(0.3),
        MeasureKind.uniques(0.1),
        MeasureKind.min(),
        MeasureKind.max(),
        MeasureKind.first("label"),
        MeasureKind.last("label"),
        MeasureKind.list(fields, 3, 0, Optional.empty()),
        MeasureKind.list(fields, 7, 100_000, Optional.empty()),
        MeasureKind.list(fields, 5, 0, Optional.of("label")),
        MeasureKind.list(List.of("amount"), 5, 0, Optional.of("label")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void state_isTheSame_whateverTheOrderDuplicatesSplitsAndMerges(MeasureKind kind) {
    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      Schema schema = schema(kind, seed % 2 == 0 ? ALL : ENDING);
      List<Event> events = events(random);
      Counters inOrder = new Counters(schema);
      events.forEach(event -> add(inOrder, event));
      byte[] expected = bytes(inOrder);
      for (int order = 0; order < ORDERS; order++) {
        List<Event> shuffled = new ArrayList<>(events);
        for (int i = 0; i < 5; i++) {
          shuffled.add(events.get(random.nextInt(events.size())));
        }
        Collections.shuffle(shuffled, random);
        List<Counters> parts = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int part = 0; part < count; part++) {
          parts.add(new Counters(schema));
        }
        shuffled.forEach(event -> add(parts.get(random.nextInt(parts.size())), event));
        while (parts.size() > 1) {
          Counters taken = parts.remove(random.nextInt(parts.size()));
          int into = random.nextInt(parts.size());
          parts.get(into).merge(taken);
          // Merged once more, as after a failure: nothing changes.
          parts.get(into).merge(taken);
          if (random.nextBoolean()) {
            parts.set(into, MeasureKindContractTest.written(parts.get(into)));
          }
        }
        assertThat(bytes(parts.get(0))).as("stream %d, order %d", seed, order).isEqualTo(expected);
      }
    }
  }

  private static List<Event> events(Random random) {
    List<Event> events = new ArrayList<>();
    int size = 5 + random.nextInt(115);
    int span = random.nextBoolean() ? 1_000 : 20;
    for (int i = 0; i < size; i++) {
      long instant = BASE + 1_000L * random.nextInt(span);
      String label = "user" + random.nextInt(40);
      String measure = random.nextInt(8) == 0 ? "sibling" : "m";
      events.add(new Event(instant, label, random.nextInt(9) - 4, measure));
    }
    events.add(new Event(BASE, "user1", 1, "m"));
    return events;
  }

  private static Schema schema(MeasureKind kind, List<Interval> intervals) {
    List<Interval> own =
        intervals.stream().filter(interval -> kind.refusal(interval).isEmpty()).toList();
    return Schema.of(
        "g",
        List.of("postId"),
        List.of(
            new Measure("m", kind, own),
            new Measure(
                "sibling", MeasureKind.list(List.of("x"), 1, 0, Optional.empty()), List.of())),
        intervals,
        1_000);
  }

  private static void add(Counters counters, Event event) {
    int measure = counters.schema().measureIndex(event.measure);
    List<String> names = counters.schema().measures().get(measure).kind().occurrenceFields();
    Object[] fields = names.stream().map(name -> field(event, name)).toArray();
    counters.extendSessions(event.instant);
    counters.add(
        measure,
        new Occurrence().at(event.instant).label(event.label).value(event.value).fields(fields));
  }

  private static Object field(Event event, String name) {
    return name.equals("label") ? event.label : (Object) (long) event.value;
  }

  /** The bytes after all events: windows and sessions that nobody needs are dropped. */
  private static byte[] bytes(Counters counters) {
    counters.trim();
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      counters.write(new DataOutputStream(bytes));
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The definition of the sketch and of its estimator, one entry at a time. */
  @Test
  void uniques_areTheEstimatesOfAllEntriesThatFewerThanKDominate() {
    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      int k = 3;
      Counters counters = new Counters(schema(MeasureKind.uniques(0.5), ALL));
      Map<Long, Long> lastOfHash = new HashMap<>();
      List<Long> instants = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        instants.add(BASE + 1_000L * (i + 1));
      }
      Collections.shuffle(instants, random);
      for (long instant : instants) {
        String label = "user" + random.nextInt(80);
        add(counters, new Event(instant, label, 1, "m"));
        long hash = Hashing.xxh3_64().hashCharsToLong(label) >>> 32;
        lastOfHash.merge(hash, instant, Math::max);
      }
      long newest = BASE + 200_000;
      double lifetime = 0;
      double decayed = 0;
      double window = 0;
      for (Map.Entry<Long, Long> entry : lastOfHash.entrySet()) {
        List<Long> newer =
            lastOfHash.entrySet().stream()
                .filter(other -> other.getValue() > entry.getValue())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        double below = newer.size() < k ? 1L << 32 : newer.get(k - 1);
        if (entry.getKey() < below) {
          double weight = (1L << 32) / below;
          lifetime += weight;
          decayed += weight * Math.exp(-(newest - entry.getValue()) / 10_000.0);
          // The newest instant ends a pane of 5 s, so the window contains only whole panes.
          window += newest - entry.getValue() < 60_000 ? weight : 0;
        }
      }
      ItemValues values = ItemValues.of(ItemSchema.of(counters.schema()), counters);
      assertThat(values.value(0, 1, newest)).isCloseTo(lifetime, within(1e-9 * lifetime));
      assertThat(values.value(0, 0, newest)).isCloseTo(decayed, within(1e-9 * decayed));
      assertThat(values.value(0, 2, newest)).isCloseTo(window, within(1e-9 * window));
    }
  }
}
