package io.countermachine.measure;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/**
 * The stored data of one group: its key fields, measures and intervals. There is one object per
 * value in a process, so {@code ==} compares schemas.
 *
 * <p>Measures and intervals are addressed by index in hot paths, and by name in all stored data, so
 * that a changed catalog can read data of an older one.
 */
public final class Schema implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Map<Parts, Schema> INTERNED = new ConcurrentHashMap<>();

  private final String name;
  private final List<String> keyFields;
  private final List<Measure> measures;
  private final List<Interval> intervals;
  private final long unitMillis;
  private final Layout layout;

  private final transient Map<String, Integer> measureIndexes = new HashMap<>();
  private final transient Map<String, Integer> intervalIndexes = new HashMap<>();
  private final transient double[] tausMillis;
  private final transient Shape[] shapes;
  private final transient double[][] measureTaus;
  private final transient int[] decayed;
  private final transient int[] decayingCells;
  private final transient int[] sessions;
  private final transient int[] sessionIndexes;
  private final transient boolean plain;
  private final transient boolean uniform;

  /**
   * How {@link Counters#write} lays out decayed data. Counters of an older layout can be read, and
   * are converted when they are touched, like those of an older catalog.
   */
  public enum Layout {
    /** All data as of the key's instant; the layout of releases before {@link #OWN_INSTANTS}. */
    ONE_INSTANT,
    /** Means, deviations and percentiles as of their measure's newest event. */
    OWN_INSTANTS
  }

  /** The properties that make two schemas equal. */
  private record Parts(
      String name,
      List<String> keyFields,
      List<Measure> measures,
      List<Interval> intervals,
      long unitMillis,
      Layout layout) {}

  private Schema(Parts parts) {
    this.name = Objects.requireNonNull(parts.name, "name");
    this.keyFields = parts.keyFields;
    this.measures = parts.measures;
    this.intervals = parts.intervals;
    this.unitMillis = parts.unitMillis;
    this.layout = parts.layout;
    check();
    for (int i = 0; i < this.measures.size(); i++) {
      measureIndexes.put(this.measures.get(i).name(), i);
    }
    for (int i = 0; i < this.intervals.size(); i++) {
      intervalIndexes.put(this.intervals.get(i).label(), i);
    }
    tausMillis = this.intervals.stream().mapToDouble(Interval::tauMillis).toArray();
    decayed = indexes(true);
    sessions =
        Arrays.stream(indexes(false))
            .filter(i -> this.intervals.get(i).kind() == Interval.Kind.SESSION)
            .toArray();
    sessionIndexes = new int[this.intervals.size()];
    for (int i = 0; i < sessions.length; i++) {
      sessionIndexes[sessions[i]] = i;
    }
    shapes =
        this.measures.stream()
            .map(measure -> new Shape(measure, this.intervals, parts.layout))
            .toArray(Shape[]::new);
    measureTaus = Arrays.stream(shapes).map(Shape::tausMillis).toArray(double[][]::new);
    decayingCells =
        IntStream.range(0, shapes.length)
            .filter(i -> shapes[i].kind().decaysWithKey() && shapes[i].decayed().length > 0)
            .toArray();
    plain = Arrays.stream(shapes).allMatch(Shape::isPlain);
    uniform = Arrays.stream(shapes).allMatch(shape -> Arrays.equals(shape.decayed(), decayed));
  }

  /**
   * The schema with these parts.
   *
   * @param name the group's name
   * @param keyFields the event fields whose values, joined, are the key; empty for a single key
   * @param measures with distinct names; the intervals of a measure are some of the group's, in the
   *     same order
   * @param intervals with distinct labels
   * @param unitMillis the unit of the events' instants, which are multiples of it: 1,000 or 1
   * @throws IllegalArgumentException if the parts do not fit together
   */
  public static Schema of(
      String name,
      List<String> keyFields,
      List<Measure> measures,
      List<Interval> intervals,
      long unitMillis) {
    return INTERNED.computeIfAbsent(
        new Parts(
            name,
            List.copyOf(keyFields),
            List.copyOf(measures),
            List.copyOf(intervals),
            unitMillis,
            Layout.OWN_INSTANTS),
        Schema::new);
  }

  /** The same schema in another layout; this one if both layouts give the same bytes. */
  public Schema withLayout(Layout other) {
    if (Arrays.stream(shapes).noneMatch(Shape::hasOwnInstant)) {
      return this;
    }
    return INTERNED.computeIfAbsent(
        new Parts(name, keyFields, measures, intervals, unitMillis, other), Schema::new);
  }

  private Object readResolve() {
    return of(name, keyFields, measures, intervals, unitMillis).withLayout(layout);
  }

  private void check() {
    if (unitMillis <= 0) {
      throw new IllegalArgumentException("the unit must be above 0 ms, was " + unitMillis);
    }
    Set<String> names = new HashSet<>();
    for (Interval interval : intervals) {
      require(names.add(interval.label()), "two intervals " + interval.label());
      require(
          interval.stepMillis() % unitMillis == 0,
          "step of %s is not a multiple of %d ms".formatted(interval.label(), unitMillis));
    }
    names.clear();
    for (Measure measure : measures) {
      require(names.add(measure.name()), "two measures " + measure.name());
      int last = -1;
      for (Interval interval : measure.intervals()) {
        int index = intervals.indexOf(interval);
        require(
            index > last,
            "interval %s of %s is not one of the group's, or is not in their order"
                .formatted(interval.label(), measure.name()));
        last = index;
      }
    }
  }

  private void require(boolean holds, String fault) {
    if (!holds) {
      throw new IllegalArgumentException("group " + name + ": " + fault);
    }
  }

  private int[] indexes(boolean ofDecayed) {
    int[] found = new int[intervals.size()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      if (intervals.get(i).isDecayed() == ofDecayed) {
        found[count++] = i;
      }
    }
    return Arrays.copyOf(found, count);
  }

  /** The group's name. */
  public String name() {
    return name;
  }

  /** The event fields whose values, joined, are the key, in order. */
  public List<String> keyFields() {
    return keyFields;
  }

  public List<Measure> measures() {
    return measures;
  }

  /** The intervals of all measures; a measure may have only some of them. */
  public List<Interval> intervals() {
    return intervals;
  }

  /** The unit of the events' instants in milliseconds. */
  public long unitMillis() {
    return unitMillis;
  }

  /** Index of the measure of that name in {@link #measures()}, or -1. */
  public int measureIndex(String measureName) {
    return measureIndexes.getOrDefault(measureName, -1);
  }

  /** Index of the interval with that canonical label in {@link #intervals()}, or -1. */
  public int intervalIndex(String label) {
    return intervalIndexes.getOrDefault(label, -1);
  }

  /** Tau of an interval in milliseconds; positive infinity if it does not decay. */
  public double tauMillis(int interval) {
    return tausMillis[interval];
  }

  /** Returns true if a measure has an interval. */
  public boolean has(int measure, int interval) {
    return shapes[measure].column(interval) >= 0;
  }

  /**
   * Returns true if the key's sessions are kept, so that {@link Counters#extendSessions} is needed.
   */
  public boolean hasSessions() {
    return sessions.length > 0;
  }

  /** Returns true if every measure has only decayed numbers. */
  public boolean isPlain() {
    return plain;
  }

  /**
   * Returns true if a measure has only decayed numbers. Then a change is as large as the change of
   * the numbers, and its write may be deferred; a change of any other measure must always be
   * written.
   */
  public boolean isPlain(int measure) {
    return shapes[measure].isPlain();
  }

  /** The bytes of a measure in the state of one key. */
  public StateBytes stateBytes(int measure) {
    return shapes[measure].kind().stateBytes(shapes[measure]);
  }

  /** The layout of counters of this schema. */
  public Layout layout() {
    return layout;
  }

  Shape shape(int measure) {
    return shapes[measure];
  }

  /** The taus of a measure's decayed intervals. */
  double[] measureTaus(int measure) {
    return measureTaus[measure];
  }

  /** The indexes of the decayed ones of {@link #intervals()}. */
  int[] decayed() {
    return decayed;
  }

  /** The measures whose cells have weights that decay when the key's instant moves. */
  int[] decayingCells() {
    return decayingCells;
  }

  /** The indexes of the sessions among {@link #intervals()}. */
  int[] sessions() {
    return sessions;
  }

  /** The index of an interval in {@link #sessions()}. */
  int sessionIndex(int interval) {
    return sessionIndexes[interval];
  }

  /** Returns true if each measure has all decayed intervals. */
  boolean isUniform() {
    return uniform;
  }

  @Override
  public String toString() {
    return name;
  }
}
