package io.countermachine.local.verification;

import io.countermachine.measure.Interval;
import io.countermachine.measure.Output;
import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * The expected values of one key's measures, computed as plain sums over the list of all its
 * events. From the production classes it uses only the names and lengths of intervals, and the name
 * and parameters of a kind.
 */
public final class ExpectedValues {
  /**
   * The contribution of one event to one measure.
   *
   * @param weight the factor of the amount
   * @param value the summed value
   * @param label "" if the measure has no labels
   * @param fields the fields that the kind keeps of the event, null for a missing one; empty if it
   *     keeps none
   * @param ofVerb whether a verb made the event; sessions of a key ignore it
   */
  record Occurrence(
      int measure,
      double weight,
      double value,
      String label,
      List<Object> fields,
      long timeMillis,
      boolean ofVerb) {
    /** What is left after another event took it back: only the fact that it happened. */
    Occurrence takenBack() {
      return new Occurrence(measure, 0, value, label, fields, timeMillis, ofVerb);
    }
  }

  /**
   * One entry of a list, a first or a last.
   *
   * @param fields the shown fields: Long, Double, String, or null if the event lacks the field
   */
  public record Entry(long atMillis, List<Object> fields) {}

  /** The range of acceptable numbers; NaN for undefined. */
  public record Range(double low, double high) {
    private static final Range UNDEFINED = new Range(Double.NaN, Double.NaN);

    private static Range around(double value, double error) {
      return new Range(value - error, value + error);
    }

    /** Returns true if null is right, and no number is. */
    public boolean isUndefined() {
      return Double.isNaN(low);
    }

    /** Returns true if a number is right; NaN means undefined. */
    public boolean contains(double found) {
      return isUndefined() ? Double.isNaN(found) : found >= low && found <= high;
    }

    @Override
    public String toString() {
      return isUndefined() ? "undefined" : Double.toString(low / 2 + high / 2);
    }
  }

  private static final double TOLERANCE = 1e-9;

  /** The accuracy of a variance, relative to the square of the spread of all values. */
  private static final double VARIANCE_TOLERANCE = 1e-12;

  private static final double STANDARD_ERRORS = 4;

  /** A sketch may drop what is older than this many of its longest intervals. */
  private static final int DROPPED_AFTER = 7;

  private static final String OTHER = "other";

  /** How many labels are tracked, as a multiple of those shown. */
  private static final int TOLD_APART = 8;

  /**
   * The rounding error that remains if events of about 1 each were counted and taken back, while
   * other events of the measure remain. If none remains, the value is exactly 0.
   */
  private static final double LEFT_OF_OPPOSITES = 1e-12;

  private static final long NEVER = Long.MIN_VALUE;

  private final List<Occurrence> all;
  private final Schema schema;
  private final long unitMillis;
  private final long newest;
  private final List<Long> newestFirst;
  private final Map<Long, Long> sessionStarts = new HashMap<>();

  /**
   * @param all at least one
   * @param schema the schema of the key's group
   */
  ExpectedValues(List<Occurrence> all, Schema schema, long unitMillis) {
    this.all = all;
    this.schema = schema;
    this.unitMillis = unitMillis;
    this.newestFirst =
        all.stream()
            .filter(occurrence -> !occurrence.ofVerb())
            .map(Occurrence::timeMillis)
            .sorted(Comparator.reverseOrder())
            .toList();
    this.newest = all.stream().mapToLong(Occurrence::timeMillis).max().orElseThrow();
  }

  /** The newest event that belongs to sessions; empty if nothing has sessions. */
  OptionalLong sessionEnd() {
    boolean hasSessions =
        schema.intervals().stream().anyMatch(each -> each.kind() == Interval.Kind.SESSION);
    return hasSessions && !newestFirst.isEmpty()
        ? OptionalLong.of(newestFirst.get(0))
        : OptionalLong.empty();
  }

  private long newestOfSessions() {
    return newestFirst.isEmpty() ? NEVER / 2 : newestFirst.get(0);
  }

  /** How much an event counts at an instant, which must not be before the newest event. */
  private double kernel(Interval interval, long time, long asOf) {
    return switch (interval.kind()) {
      case DECAY -> Math.exp(-(double) (asOf - time) / interval.millis());
      case LIFETIME -> 1;
      case LAST -> share(interval, time, asOf);
      case EACH -> {
        long end = Math.floorDiv(asOf, interval.millis()) * interval.millis();
        yield time >= end - interval.millis() && time < end ? 1 : 0;
      }
      case SESSION ->
          asOf <= newestOfSessions() + interval.millis() && time >= sessionStart(interval.millis())
              ? 1
              : 0;
    };
  }

  /** The share of an event's pane that is inside the window. */
  private double share(Interval interval, long time, long asOf) {
    long edge = Math.floorDiv(asOf - interval.millis(), unitMillis);
    long step = interval.stepMillis() / unitMillis;
    long first = Math.floorDiv(time / unitMillis, step) * step;
    long out = Math.max(0, Math.min(step, edge - first + 1));
    return (double) (step - out) / step;
  }

  /**
   * The first event of the newest session: going back from the newest event, no gap is too long.
   */
  private long sessionStart(long gap) {
    return sessionStarts.computeIfAbsent(
        gap,
        first -> {
          long start = newestOfSessions();
          for (long time : newestFirst) {
            if (start - time > gap) {
              break;
            }
            start = time;
          }
          return start;
        });
  }

  /** An event's value and weight. */
  private record Weighted(double value, double weight, String label) {}

  private List<Weighted> weighted(int measure, Interval interval, long asOf) {
    List<Weighted> weighted = new ArrayList<>();
    for (Occurrence occurrence : all) {
      if (occurrence.measure() == measure) {
        double factor = kernel(interval, occurrence.timeMillis(), asOf);
        weighted.add(
            new Weighted(occurrence.value(), occurrence.weight() * factor, occurrence.label()));
      }
    }
    return weighted;
  }

  /** The acceptable values of a numeric output at an instant. */
  Range number(Output output, Interval interval, long asOfMillis) {
    long asOf = Math.max(asOfMillis, newest);
    return switch (output.kind().id()) {
      case "COUNT" -> corrected(output, amount(weighted(output.measure(), interval, asOf), false));
      case "SUM" -> amount(weighted(output.measure(), interval, asOf), true);
      case "MOMENTS" -> moment(output, interval, asOf);
      case "BINS" -> percentile(output, interval, asOf);
      case "UNIQUES" ->
          uniques(
              output, users(output.measure()), user -> kernel(interval, user.lastMillis(), asOf));
      case "MIN", "MAX" ->
          extreme(
              output,
              all.stream()
                  .filter(occurrence -> occurrence.measure() == output.measure())
                  .filter(occurrence -> kernel(interval, occurrence.timeMillis(), asOf) > 0)
                  .map(Occurrence::value)
                  .toList());
      default -> throw new IllegalArgumentException(output.name() + " is no number");
    };
  }

  private Range corrected(Output output, Range amount) {
    boolean isLeft =
        all.stream().anyMatch(each -> each.measure() == output.measure() && each.weight() != 0);
    return output.kind().isCorrected() && isLeft
        ? new Range(amount.low() - LEFT_OF_OPPOSITES, amount.high() + LEFT_OF_OPPOSITES)
        : amount;
  }

  private static Range amount(List<Weighted> weighted, boolean values) {
    double sum = 0;
    double absolute = 0;
    for (Weighted each : weighted) {
      double amount = values ? each.weight() * each.value() : each.weight();
      sum += amount;
      absolute += Math.abs(amount);
    }
    return Range.around(sum, TOLERANCE * absolute);
  }

  private static Range extreme(Output output, List<Double> values) {
    Comparator<Double> order = Comparator.naturalOrder();
    return values.stream()
        .min(output.kind().id().equals("MIN") ? order : order.reversed())
        .map(extreme -> new Range(extreme, extreme))
        .orElse(Range.UNDEFINED);
  }

  /**
   * A user who is counted.
   *
   * @param newer how many other users may come before this one, newest first
   */
  private record User(long lastMillis, int newer) {}

  private List<User> users(int measure) {
    Map<String, Long> lasts = new HashMap<>();
    for (Occurrence occurrence : all) {
      if (occurrence.measure() == measure) {
        lasts.merge(occurrence.label(), occurrence.timeMillis(), Math::max);
      }
    }
    long[] ascending = lasts.values().stream().mapToLong(Long::longValue).sorted().toArray();
    List<User> users = new ArrayList<>();
    int older = 0;
    for (int i = 0; i < ascending.length; i++) {
      older = ascending[i] == ascending[older] ? older : i;
      users.add(new User(ascending[i], ascending.length - older - 1));
    }
    return users;
  }

  /**
   * The acceptable range for weighted users. A user is counted exactly while fewer than k users are
   * newer. With n newer users, one in n / (k - 1) stands for all similar ones. So the sum of r x
   * weight^2 is the square of the standard error, with r = n / (k - 1) - 1. The range is four
   * standard errors, plus one user because errors of few users are skewed. A user without events
   * for so long that the sketch may drop it may or may not count.
   */
  private Range uniques(Output output, List<User> users, ToDoubleFunction<User> weight) {
    double error = Double.parseDouble(output.kind().parameters());
    int exact = (int) Math.ceil(1 + 1 / (2 * error * error));
    long longest =
        schema.measures().get(output.measure()).intervals().stream()
            .mapToLong(Interval::millis)
            .max()
            .orElseThrow();
    double sum = 0;
    double old = 0;
    double variance = 0;
    double largest = 0;
    for (User user : users) {
      double weighs = weight.applyAsDouble(user);
      sum += weighs;
      old += (newest - user.lastMillis()) / DROPPED_AFTER > longest ? weighs : 0;
      if (user.newer() >= exact) {
        double stands = (double) user.newer() / (exact - 1);
        variance += weighs * weighs * (stands - 1);
        largest = Math.max(largest, weighs * stands);
      }
    }
    double off = STANDARD_ERRORS * Math.sqrt(variance) + largest + TOLERANCE * sum;
    return new Range(sum - old - off, sum + off);
  }

  /** The entries of a list, a first or a last at an instant, in order. */
  List<Entry> entries(Output output, long asOfMillis) {
    boolean oldestFirst = output.kind().id().equals("FIRST");
    Comparator<Entry> byInstant = Comparator.comparingLong(Entry::atMillis);
    List<Entry> ordered =
        all.stream()
            .filter(occurrence -> occurrence.measure() == output.measure())
            .map(occurrence -> new Entry(occurrence.timeMillis(), occurrence.fields()))
            .distinct()
            .sorted(
                (oldestFirst ? byInstant : byInstant.reversed())
                    .thenComparing(ExpectedValues::compareTexts))
            .toList();
    int keep = 1;
    int distinct = -1;
    if (output.kind().id().equals("LIST")) {
      String[] parameters = output.kind().parameters().split(",", -1);
      keep = Integer.parseInt(parameters[0]);
      distinct = output.kind().occurrenceFields().indexOf(parameters[2]);
    }
    long within = output.kind().withinMillis();
    long asOf = Math.max(asOfMillis, newest);
    Set<String> seen = new HashSet<>();
    List<Entry> shown = new ArrayList<>();
    for (Entry entry : ordered) {
      boolean isNew = distinct < 0 || seen.add(entry.fields().get(distinct).toString());
      boolean isYoung = within == 0 || entry.atMillis() > asOf - within;
      if (isNew && isYoung && shown.size() < keep) {
        int fields = output.kind().fields().size();
        shown.add(new Entry(entry.atMillis(), entry.fields().subList(0, fields)));
      }
    }
    return shown;
  }

  /**
   * Compares the texts of the fields in order. If the texts are equal, a text comes before a
   * number.
   */
  private static int compareTexts(Entry left, Entry right) {
    for (int i = 0; i < left.fields().size(); i++) {
      Object own = left.fields().get(i);
      Object other = right.fields().get(i);
      int order = Objects.toString(own, "").compareTo(Objects.toString(other, ""));
      order = order != 0 ? order : Integer.compare(type(own), type(other));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static int type(Object value) {
    return value == null ? 0 : List.of("String", "Long", "Double").indexOf(simpleName(value)) + 1;
  }

  private static String simpleName(Object value) {
    return value.getClass().getSimpleName();
  }

  /**
   * The weights of measures that do not decay between events. At a decayed interval they are as of
   * the measure's own newest event, because only their ratios matter.
   */
  private List<Weighted> constant(Output output, Interval interval, long asOf) {
    boolean decays = interval.kind() == Interval.Kind.DECAY;
    long reference =
        decays
            ? all.stream()
                .filter(occurrence -> occurrence.measure() == output.measure())
                .mapToLong(Occurrence::timeMillis)
                .max()
                .orElse(asOf)
            : asOf;
    return weighted(output.measure(), interval, reference);
  }

  /**
   * The panes of an output in an item: by measure or a measure's label, and by pane. For unique
   * counts, the value is the sum of a pane and all later ones, because readers use panes in that
   * way, and because a single pane may contain no sampled user at all. Histograms with more labels
   * than are tracked have no panes here.
   */
  Map<String, Map<String, Range>> panes(Output output, Interval interval) {
    return sumsLaterPanes(output)
        ? Map.of(output.name(), panesOfUniques(output, interval))
        : panesOfSums(output, interval);
  }

  /** Returns true if {@link #panes} sums a pane and all later ones. */
  static boolean sumsLaterPanes(Output output) {
    return output.kind().id().equals("UNIQUES");
  }

  /** A user counts in the pane of their last event. */
  private Map<String, Range> panesOfUniques(Output output, Interval interval) {
    Map<String, Range> panes = new TreeMap<>();
    List<User> users = users(output.measure());
    for (User user : users) {
      long start = paneStart(interval, user.lastMillis());
      if (start >= oldestPane(interval)) {
        panes.computeIfAbsent(
            ItemPlaces.pane(interval.label(), start),
            first ->
                uniques(
                    output,
                    users,
                    each -> paneStart(interval, each.lastMillis()) >= start ? 1 : 0));
      }
    }
    return panes;
  }

  private Map<String, Map<String, Range>> panesOfSums(Output output, Interval interval) {
    Map<String, Map<String, List<Weighted>>> panes = new TreeMap<>();
    Set<String> labels = new TreeSet<>();
    for (Occurrence occurrence : all) {
      if (occurrence.measure() != output.measure()) {
        continue;
      }
      String label = occurrence.label();
      labels.add(label);
      long start = paneStart(interval, occurrence.timeMillis());
      if (start >= oldestPane(interval)) {
        String name = label.isEmpty() ? output.name() : ItemPlaces.label(output.name(), label);
        panes
            .computeIfAbsent(name, first -> new TreeMap<>())
            .computeIfAbsent(ItemPlaces.pane(interval.label(), start), first -> new ArrayList<>())
            .add(new Weighted(occurrence.value(), occurrence.weight(), label));
      }
    }
    labels.remove(OTHER);
    Map<String, Map<String, Range>> ranges = new TreeMap<>();
    if (output.kind().keep() == 0 || labels.size() <= TOLD_APART * output.kind().keep()) {
      panes.forEach(
          (name, byPane) -> {
            Map<String, Range> row = new TreeMap<>();
            byPane.forEach((pane, weighted) -> putPane(row, output, pane, weighted));
            ranges.put(name, row);
          });
    }
    return ranges;
  }

  private long paneStart(Interval interval, long time) {
    return interval.kind() == Interval.Kind.SESSION
        ? (kernel(interval, time, newest) == 1 ? sessionStart(interval.millis()) : NEVER)
        : Math.floorDiv(time, interval.stepMillis()) * interval.stepMillis();
  }

  /** No reader uses older panes, unless its clock is before the newest event. */
  private long oldestPane(Interval interval) {
    return interval.kind() == Interval.Kind.SESSION
        ? 0
        : newest - interval.keepMillis() - interval.stepMillis();
  }

  private void putPane(
      Map<String, Range> into, Output output, String pane, List<Weighted> weighted) {
    switch (output.kind().id()) {
      case "MOMENTS" -> {
        into.put(ItemPlaces.weight(pane), amount(weighted, false));
        into.put(ItemPlaces.mean(pane), moment(weighted, true));
        into.put(ItemPlaces.variance(pane), variance(moment(weighted, false), output));
      }
      case "MIN", "MAX" ->
          into.put(pane, extreme(output, weighted.stream().map(Weighted::value).toList()));
      default -> into.put(pane, amount(weighted, output.kind().id().equals("SUM")));
    }
  }

  /**
   * An item's sums use one center for all panes, so the accuracy of a variance depends on the
   * spread of all values.
   */
  private Range variance(Range deviation, Output output) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Occurrence occurrence : all) {
      if (occurrence.measure() == output.measure()) {
        least = Math.min(least, occurrence.value());
        most = Math.max(most, occurrence.value());
      }
    }
    double error = VARIANCE_TOLERANCE * (most - least) * (most - least);
    double low = Math.max(0, deviation.low());
    return deviation.isUndefined()
        ? deviation
        : new Range(low * low - error, deviation.high() * deviation.high() + error);
  }

  private Range moment(Output output, Interval interval, long asOf) {
    // Even a value with a negligible weight by now has made the sums inaccurate for good.
    boolean spoilt =
        interval.kind() == Interval.Kind.DECAY
            && all.stream()
                .filter(occurrence -> occurrence.measure() == output.measure())
                .filter(occurrence -> occurrence.weight() != 0)
                .anyMatch(occurrence -> !isSquareFinite(occurrence.value()));
    if (spoilt) {
      return Range.UNDEFINED;
    }
    return moment(constant(output, interval, asOf), output.name().endsWith("_mean"));
  }

  private static boolean isSquareFinite(double value) {
    return Double.isFinite(value * value);
  }

  private static Range moment(List<Weighted> weighted, boolean ofMean) {
    double weight = 0;
    double sum = 0;
    double largest = 0;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (Weighted each : weighted) {
      weight += each.weight();
      sum += each.weight() * each.value();
      largest = Math.max(largest, Math.abs(each.value()));
      least = Math.min(least, each.value());
      most = Math.max(most, each.value());
      if (each.weight() != 0 && !isSquareFinite(each.value())) {
        return Range.UNDEFINED;
      }
    }
    if (!(weight > 0)) {
      return Range.UNDEFINED;
    }
    double mean = sum / weight;
    if (ofMean) {
      return Range.around(mean, TOLERANCE * largest);
    }
    double squares = 0;
    for (Weighted each : weighted) {
      squares += each.weight() * (each.value() - mean) * (each.value() - mean);
    }
    double variance = squares / weight;
    double spread = most - least;
    double error = TOLERANCE * variance + VARIANCE_TOLERANCE * spread * spread;
    double rounding = TOLERANCE * TOLERANCE * largest;
    return new Range(
        Math.sqrt(Math.max(0, variance - error)) - rounding,
        Math.sqrt(variance + error) + rounding);
  }

  private Range percentile(Output output, Interval interval, long asOf) {
    double percent =
        Double.parseDouble(output.name().substring(output.name().lastIndexOf('p') + 1));
    double error = Double.parseDouble(output.kind().parameters());
    TreeMap<Double, Double> weights = new TreeMap<>();
    double total = 0;
    for (Weighted each : constant(output, interval, asOf)) {
      weights.merge(each.value() == 0 ? 0.0 : each.value(), each.weight(), Double::sum);
      total += each.weight();
    }
    if (!(total > 0)) {
      return Range.UNDEFINED;
    }
    // If the cumulative weight equals the share within rounding, this value or the next is right.
    double low = Double.NaN;
    double sum = 0;
    for (Map.Entry<Double, Double> entry : weights.entrySet()) {
      if (entry.getValue() <= 0) {
        continue;
      }
      sum += entry.getValue();
      double value = entry.getKey();
      double near = (error + TOLERANCE) * Math.abs(value);
      if (Double.isNaN(low) && sum * 100 >= total * percent * (1 - TOLERANCE)) {
        low = value - near;
      }
      if (sum * 100 >= total * percent * (1 + TOLERANCE) || entry.equals(weights.lastEntry())) {
        return new Range(low, value + near);
      }
    }
    return Range.UNDEFINED;
  }

  /**
   * What is wrong with the labels that an output shows at an instant, in order; empty if nothing
   * is.
   */
  Optional<String> labelsFault(
      Output output, Interval interval, long asOfMillis, Map<String, Double> found) {
    Map<String, Double> right = new TreeMap<>();
    double total = 0;
    for (Weighted each : weighted(output.measure(), interval, Math.max(asOfMillis, newest))) {
      right.merge(each.label(), each.weight(), Double::sum);
      total += Math.abs(each.weight());
    }
    double error = TOLERANCE * total;
    double rest = right.getOrDefault(OTHER, 0.0);
    right.remove(OTHER);
    int keep = output.kind().keep();
    boolean exact = right.size() <= TOLD_APART * keep;
    right.values().removeIf(value -> Math.abs(value) <= error * TOLERANCE);
    List<Double> heaviest = right.values().stream().sorted(Comparator.reverseOrder()).toList();
    double least = heaviest.size() <= keep ? 0 : heaviest.get(keep - 1);
    double before = Double.POSITIVE_INFINITY;
    int shown = 0;
    double sum = 0;
    for (Map.Entry<String, Double> entry : found.entrySet()) {
      sum += entry.getValue();
      if (entry.getKey().equals(OTHER)) {
        continue;
      }
      double expected = right.getOrDefault(entry.getKey(), 0.0);
      shown++;
      boolean heavy = entry.getValue() >= least - error && entry.getValue() <= before + error;
      before = entry.getValue();
      if (exact && (!heavy || Math.abs(entry.getValue() - expected) > error)) {
        return Optional.of(
            "%s is %s, expected %s of %s"
                .formatted(entry.getKey(), entry.getValue(), expected, right));
      }
    }
    double expectedSum = rest + right.values().stream().mapToDouble(Double::doubleValue).sum();
    if (exact && shown != Math.min(keep, right.size())) {
      return Optional.of(
          "%d labels, expected %d of %s".formatted(shown, Math.min(keep, right.size()), right));
    }
    return Math.abs(sum - expectedSum) > error
        ? Optional.of("the sum with other is %s, expected %s".formatted(sum, expectedSum))
        : Optional.empty();
  }
}
