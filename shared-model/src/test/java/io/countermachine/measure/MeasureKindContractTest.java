package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The laws of every kind of measure at every interval: however events are ordered, split, merged,
 * written, read and converted, the values are those of the list of all events.
 */
class MeasureKindContractTest {
  private static final int STREAMS = 150;
  private static final long GAP = 7_000;
  private static final double ERROR = 0.05;
  private static final int KEEP = 3;
  private static final List<String> FIELDS = List.of("label", "amount");
  private static final List<Interval> INTERVALS =
      List.of(
          Interval.decay("10s", 10_000),
          Interval.LIFETIME,
          Interval.last("last_1m", 60_000, 5_000),
          Interval.last("last_20s", 20_000, 1_000),
          Interval.each("each_20s", 20_000, 60_000),
          Interval.session("session_7s", GAP));

  /** A kind, and whether its streams contain retractions. */
  record Case(MeasureKind kind, List<String> outputs, boolean takeBack) {
    @Override
    public String toString() {
      return kind + (takeBack ? " with opposites" : "");
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(MeasureKind.count(), List.of(""), false),
        new Case(MeasureKind.count(), List.of(""), true),
        new Case(MeasureKind.count().corrected(), List.of(""), true),
        new Case(MeasureKind.sum(), List.of(""), false),
        new Case(MeasureKind.sum().corrected(), List.of(""), true),
        new Case(MeasureKind.moments(), List.of("mean", "stddev"), false),
        new Case(MeasureKind.moments(), List.of("mean", "stddev"), true),
        new Case(MeasureKind.bins(ERROR), List.of("p1", "p50", "p95"), false),
        new Case(MeasureKind.bins(ERROR), List.of("p1", "p50", "p95"), true),
        new Case(MeasureKind.histogram(KEEP), List.of(""), false),
        new Case(MeasureKind.histogram(KEEP), List.of(""), true),
        new Case(MeasureKind.uniques(ERROR), List.of(""), false),
        new Case(MeasureKind.uniques(ERROR), List.of(""), true),
        new Case(MeasureKind.min(), List.of("min"), false),
        new Case(MeasureKind.min(), List.of("min"), true),
        new Case(MeasureKind.max(), List.of("max"), true),
        new Case(MeasureKind.first("label"), List.of(""), true),
        new Case(MeasureKind.last("label"), List.of(""), true),
        new Case(MeasureKind.list(FIELDS, 5, 0, Optional.empty()), List.of(""), true),
        new Case(MeasureKind.list(FIELDS, 5, 30_000, Optional.empty()), List.of(""), false),
        new Case(MeasureKind.list(FIELDS, 4, 0, Optional.of("label")), List.of(""), true),
        new Case(
            MeasureKind.list(List.of("amount"), 3, 60_000, Optional.of("label")),
            List.of(""),
            true));
  }

  @Test
  void cases_areOfEveryKind() {
    Set<String> kinds =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages(MeasureKind.class.getPackageName())
                .stream()
                .filter(each -> each.isAssignableTo(MeasureKind.class))
                .filter(each -> !each.getModifiers().contains(JavaModifier.ABSTRACT))
                .map(JavaClass::getName)
                .collect(Collectors.toSet());

    assertThat(cases().map(each -> each.kind().getClass().getName()).collect(Collectors.toSet()))
        .isEqualTo(kinds);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anyOrderAndSplitAndForm_givesWhatAllEventsGive(Case given) {
    for (int seed = 0; seed < STREAMS; seed++) {
      Random random = new Random(seed);
      long unit = random.nextBoolean() ? 1_000 : 50;
      Schema schema = schema(given.kind(), unit);
      Schema other = otherSchema(given.kind(), unit);
      List<Happening> stream = Streams.stream(random, unit, GAP, given.takeBack());
      Oracle oracle = new Oracle(stream, unit);

      Counters inOrder = new Counters(schema);
      stream.forEach(happening -> add(inOrder, happening));
      check(given, inOrder, oracle, stream, seed + " in order of the list");

      Counters shuffled = new Counters(schema);
      List<Happening> anyOrder = new ArrayList<>(stream);
      if (!given.kind().canTakeBack()) {
        stream.stream().filter(happening -> random.nextInt(3) == 0).forEach(anyOrder::add);
      }
      Collections.shuffle(anyOrder, random);
      anyOrder.forEach(happening -> add(shuffled, happening));
      check(given, shuffled, oracle, stream, seed + " shuffled");

      Counters merged = splitAndMerge(anyOrder, List.of(schema, other), random).as(schema);
      check(given, merged, oracle, stream, seed + " split and merged");
      Counters trimmed = written(merged);
      trimmed.trim();
      check(given, trimmed, oracle, stream, seed + " trimmed");
    }
  }

  /** Several counters with one of two schemas, written, read and converted between merges. */
  private static Counters splitAndMerge(
      List<Happening> stream, List<Schema> schemas, Random random) {
    List<Counters> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(new Counters(schemas.get(random.nextInt(2))));
    }
    stream.forEach(happening -> add(parts.get(random.nextInt(5)), happening));
    while (parts.size() > 1) {
      Counters taken = parts.remove(random.nextInt(parts.size()));
      int into = random.nextInt(parts.size());
      parts.get(into).merge(taken);
      Counters changed =
          switch (random.nextInt(3)) {
            case 0 -> written(parts.get(into));
            case 1 -> parts.get(into).copy();
            default -> parts.get(into).as(schemas.get(random.nextInt(2)));
          };
      parts.set(into, changed);
    }
    return parts.get(0);
  }

  static Counters written(Counters counters) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      counters.write(new DataOutputStream(bytes));
      ByteArrayOutputStream copied = new ByteArrayOutputStream();
      long instant = counters.lastUpdateMillis();
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      Counters.copy(counters.schema(), instant, in, new DataOutputStream(copied));
      assertThat(in.available()).isZero();
      Counters read = new Counters(counters.schema());
      read.restoreLastUpdate(instant);
      in = new DataInputStream(new ByteArrayInputStream(copied.toByteArray()));
      read.read(in);
      assertThat(in.available()).isZero();
      return read;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Interval> intervals(MeasureKind kind, List<Interval> of) {
    return of.stream().filter(interval -> kind.refusal(interval).isEmpty()).toList();
  }

  private static Schema schema(MeasureKind kind, long unit) {
    Measure measure = new Measure("m", kind, intervals(kind, INTERVALS));
    Measure sibling = new Measure("sibling", MeasureKind.count(), INTERVALS.subList(0, 1));
    return Schema.of("g", List.of("userId"), List.of(measure, sibling), INTERVALS, unit);
  }

  /** A schema with all measures and intervals at other indexes, and more of both. */
  private static Schema otherSchema(MeasureKind kind, long unit) {
    List<Interval> more = new ArrayList<>(INTERVALS);
    Collections.reverse(more);
    more.add(1, Interval.decay("3s", 3_000));
    more.add(3, Interval.last("last_30s", 30_000, 1_000));
    Measure measure = new Measure("m", kind, intervals(kind, more));
    Measure sibling = new Measure("sibling", MeasureKind.count(), more);
    return Schema.of("g", List.of("userId"), List.of(sibling, measure), more, unit);
  }

  static void add(Counters counters, Happening happening) {
    int index = counters.schema().measureIndex(happening.counted() ? "m" : "sibling");
    Occurrence occurrence =
        new Occurrence()
            .at(happening.instant())
            .weight(happening.weight())
            .value(happening.value())
            .label(happening.label())
            .fields(
                happening.fields(
                    counters.schema().measures().get(index).kind().occurrenceFields()));
    if (happening.takesBack()) {
      occurrence.takeBack();
    }
    counters.extendSessions(happening.instant());
    counters.add(index, occurrence);
  }

  private static void check(
      Case given, Counters counters, Oracle oracle, List<Happening> stream, String way) {
    Schema schema = counters.schema();
    List<Output> outputs =
        given.outputs().stream()
            .map(suffix -> Output.of(schema, schema.measureIndex("m"), suffix))
            .toList();
    ItemSchema items = ItemSchema.of(schema, outputs);
    ItemValues values = ItemValues.of(items, counters);
    assertThat(values.lastUpdateMillis()).isEqualTo(oracle.newest());
    if (given.kind() instanceof EntriesKind) {
      checkEntries(given.kind(), values, oracle, way);
    }
    for (int interval = 0; interval < schema.intervals().size(); interval++) {
      if (!schema.has(schema.measureIndex("m"), interval)) {
        continue;
      }
      Interval kernel = schema.intervals().get(interval);
      for (long instant : instants(kernel, oracle.newest(), stream, schema.unitMillis())) {
        for (int output = 0; output < outputs.size(); output++) {
          Output of = outputs.get(output);
          Supplier<String> what =
              () ->
                  "%s of %s at newest + %d ms, stream %s"
                      .formatted(of.name(), kernel.label(), instant - oracle.newest(), way);
          long asOf = Math.max(instant, oracle.newest());
          if (given.kind().form() == Form.LABELS) {
            checkLabels(values.labels(output, interval, instant), oracle, kernel, asOf, what);
          } else {
            double value = values.value(output, interval, instant);
            checkNumber(given, given.outputs().get(output), value, oracle, kernel, asOf, what);
          }
        }
      }
    }
  }

  private static void checkEntries(MeasureKind kind, ItemValues values, Oracle oracle, String way) {
    if (kind.form() == Form.SCALAR) {
      TimedEntry expected = oracle.end(kind.id().equals("FIRST"));
      assertThat(values.scalar(0)).as(way).isEqualTo(expected);
      return;
    }
    ListKind list = (ListKind) kind;
    List<String> kept = list.occurrenceFields();
    List<TimedEntry> all = oracle.list(kept, list.distinct(), list.most(), list.fields().size());
    for (long age : new long[] {-5_000, 0, 1, 500, 10_000, 29_999, 30_000, 61_000}) {
      long asOf = oracle.newest() + Math.max(0, age);
      long within = kind.withinMillis();
      List<TimedEntry> expected =
          all.stream().filter(e -> within == 0 || asOf - e.atMillis() < within).toList();
      assertThat(values.entries(0, oracle.newest() + age))
          .as(() -> "%d ms after the newest, stream %s".formatted(age, way))
          .isEqualTo(expected);
    }
  }

  /** Instants at and around every edge. */
  private static Iterable<Long> instants(
      Interval interval, long newest, List<Happening> stream, long unit) {
    TreeSet<Long> instants =
        new TreeSet<>(List.of(newest - 3_000, newest, newest + 1, newest + 4_321));
    long length = interval.isLifetime() ? 1 : interval.millis();
    for (Happening happening : stream.subList(0, Math.min(6, stream.size()))) {
      for (long edge : new long[] {-unit, -1, 0, 1, unit}) {
        instants.add(happening.instant() + length + edge);
      }
    }
    for (long edge : new long[] {-1, 0, 1}) {
      instants.add(newest + length + edge);
      instants.add((newest / length + 1) * length + edge);
    }
    return instants;
  }

  private static void checkNumber(
      Case given,
      String output,
      double value,
      Oracle oracle,
      Interval interval,
      long asOf,
      Supplier<String> what) {
    // A value that is constant between events is that of the measure's newest event, whatever came
    // since.
    boolean decays = interval.kind() == Interval.Kind.DECAY;
    long at = decays && isConstant(given) ? oracle.newestCounted() : asOf;
    double weight = oracle.count(interval, at);
    double all = oracle.absolute(interval, at, false);
    if (given.takeBack()
        && given.kind().canTakeBack()
        && isConstant(given)
        && (weight > 0 || (decays && !oracle.isNothingLeft()))
        && weight < 1e-6 * all) {
      return;
    }
    switch (output) {
      case "" -> {
        if (given.kind().id().equals("UNIQUES")) {
          double expected = oracle.uniques(interval, at);
          assertThat(value).as(what).isCloseTo(expected, within(1e-9 * expected));
          return;
        }
        boolean sum = given.kind().id().equals("SUM");
        double expected = sum ? oracle.sum(interval, at) : weight;
        double tolerance = 1e-9 * oracle.absolute(interval, at, sum);
        assertThat(value).as(what).isCloseTo(expected, within(tolerance));
      }
      case "min", "max" ->
          assertThat(value)
              .as(what)
              .isEqualTo((Double) oracle.extreme(interval, at, output.equals("min")));
      case "mean" -> {
        if (weight > 0) {
          double expected = oracle.mean(interval, at);
          assertThat(value).as(what).isCloseTo(expected, within(1e-9 * oracle.spread()));
        } else {
          assertThat(value).as(what).isNaN();
        }
      }
      case "stddev" -> {
        if (weight > 0) {
          double variance = oracle.variance(interval, at);
          double spread = oracle.spread();
          // Panes far from an item's one center, and differences after retractions, are less exact.
          double part = given.takeBack() ? 1e-9 : interval.keepMillis() > 0 ? 1e-13 : 0;
          if (Math.abs(value * value - variance) > part * spread * spread) {
            assertThat(value).as(what).isCloseTo(Math.sqrt(variance), within(1e-9 * spread));
          }
        } else {
          assertThat(value).as(what).isNaN();
        }
      }
      default ->
          checkPercentile(Integer.parseInt(output.substring(1)), value, oracle, interval, at, what);
    }
  }

  private static boolean isConstant(Case given) {
    return given.kind().form() == Form.CONSTANT;
  }

  /** If weights at a limit differ only by rounding, either side is accepted. */
  private static void checkPercentile(
      int percent, double value, Oracle oracle, Interval interval, long at, Supplier<String> what) {
    double low = oracle.atShare(percent / 100.0 - 1e-9, interval, at);
    double high = oracle.atShare(percent / 100.0 + 1e-9, interval, at);
    if (Double.isNaN(low)) {
      assertThat(value).as(what).isNaN();
      return;
    }
    boolean near =
        Math.abs(value - low) <= Math.abs(low) * (ERROR + 1e-9)
            || Math.abs(value - high) <= Math.abs(high) * (ERROR + 1e-9);
    assertThat(near)
        .as(() -> what.get() + ": %s, expected %s to %s".formatted(value, low, high))
        .isTrue();
  }

  private static void checkLabels(
      List<LabelValue> all, Oracle oracle, Interval interval, long asOf, Supplier<String> what) {
    Map<String, Double> expected = oracle.labels(interval, asOf);
    double tolerance = 1e-9 * oracle.absolute(interval, asOf, false);
    // For a label that has decayed to 0, a rounding error of later retractions may be left.
    List<LabelValue> shown =
        all.stream()
            .filter(
                entry ->
                    expected.getOrDefault(entry.label(), 1.0) != 0
                        || Math.abs(entry.value()) > tolerance)
            .toList();
    expected.values().removeIf(value -> value == 0);
    double rest = expected.values().stream().mapToDouble(Double::doubleValue).sum();
    List<Double> sorted =
        expected.entrySet().stream()
            .filter(entry -> !entry.getKey().equals("other"))
            .map(Map.Entry::getValue)
            .sorted(Collections.reverseOrder())
            .toList();
    int count = Math.min(KEEP, sorted.size());
    for (int i = 0; i < count; i++) {
      LabelValue entry = shown.get(i);
      assertThat(entry.label()).as(what).isNotEqualTo("other");
      assertThat(entry.value()).as(what).isCloseTo(expected.get(entry.label()), within(tolerance));
      assertThat(entry.value()).as(what).isCloseTo(sorted.get(i), within(tolerance));
      if (i > 0 && shown.get(i - 1).value() == entry.value()) {
        assertThat(shown.get(i - 1).label()).as(what).isLessThan(entry.label());
      }
      rest -= entry.value();
    }
    if (shown.size() > count) {
      assertThat(shown).as(what).hasSize(count + 1);
      assertThat(shown.get(count).label()).as(what).isEqualTo("other");
      assertThat(shown.get(count).value()).as(what).isCloseTo(rest, within(tolerance));
    } else {
      assertThat(rest).as(what).isCloseTo(0, within(tolerance));
    }
  }
}
