package io.countermachine.local.table;

import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.text.DisplayFormat;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of counters as text for people: what is stored, and what it is worth at an instant. */
final class ItemFormatter {
  /** Interval labels from the shortest on; other texts behind them, by their letters. */
  static final Comparator<String> BY_INTERVAL =
      Comparator.comparingDouble(ItemFormatter::tauMillis).thenComparing(Comparator.naturalOrder());

  private final Map<String, AttributeValue> item;
  private final Optional<Group> group;
  private final List<String> lines = new ArrayList<>();

  /**
   * @param item in readable form
   * @param group the item's group, where the catalog has it
   */
  ItemFormatter(Map<String, AttributeValue> item, Optional<Group> group) {
    this.item = item;
    this.group = group;
  }

  /** Tau of a label that is a time constant; infinity where it is none, or never decays. */
  private static double tauMillis(String label) {
    return Durations.parse(label).map(tau -> (double) tau.toMillis()).orElse(Double.MAX_VALUE);
  }

  private static boolean decays(String label) {
    return Durations.parse(label).isPresent();
  }

  /** The text, as of an instant. */
  List<String> lines(long nowMillis) {
    lines.clear();
    long updatedMillis = Long.parseLong(item.get(ItemCodec.LAST_UPDATE).n());
    lines.add(item.get(ItemCodec.FEATURE_NAME).s() + " " + item.get(ItemCodec.KEY).s());
    lines.add(
        "  newest event  %s, %s"
            .formatted(Instant.ofEpochMilli(updatedMillis), ago(updatedMillis, nowMillis)));
    lines.add("  kept until    " + expiry());
    row("", "stored", "now");
    item.get(ItemCodec.COUNTS).m().entrySet().stream()
        .sorted(Comparator.comparingInt(this::place).thenComparing(Map.Entry::getKey))
        .forEach(
            measure ->
                addMeasure(measure.getKey(), measure.getValue().m(), updatedMillis, nowMillis));
    return List.copyOf(lines);
  }

  private void row(String name, String stored, String now) {
    lines.add("  %-28s %16s %16s".formatted(name, stored, now));
  }

  /** Where the catalog has a measure; what it does not have comes last. */
  private int place(Map.Entry<String, AttributeValue> measure) {
    int index = group.map(known -> known.measureIndex(measure.getKey())).orElse(-1);
    return index < 0 ? Integer.MAX_VALUE : index;
  }

  private String expiry() {
    AttributeValue expiresAt = item.get(ItemCodec.EXPIRES_AT);
    return expiresAt == null
        ? "for ever"
        : Instant.ofEpochSecond(Long.parseLong(expiresAt.n())).toString();
  }

  private static String ago(long thenMillis, long nowMillis) {
    Duration passed = Duration.ofMillis(nowMillis - thenMillis);
    if (passed.isNegative()) {
      return "which is ahead of the clock";
    }
    for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)) {
      // Two hours tell more than a hundred and twenty minutes, one hour less than sixty-one.
      if (passed.dividedBy(unit.getDuration()) > 1) {
        return "%,d %s ago"
            .formatted(passed.dividedBy(unit.getDuration()), unit.name().toLowerCase(Locale.ROOT));
      }
    }
    return passed.toSeconds() == 1 ? "a second ago" : passed.toSeconds() + " seconds ago";
  }

  private void addMeasure(
      String name, Map<String, AttributeValue> values, long updatedMillis, long nowMillis) {
    Map<String, AttributeValue> ordered = new TreeMap<>(BY_INTERVAL);
    ordered.putAll(values);
    ordered.forEach(
        (label, value) -> {
          double stored = Double.parseDouble(value.n());
          row(
              name + "." + label,
              DisplayFormat.number(stored),
              DisplayFormat.number(stored * factor(label, nowMillis - updatedMillis)));
        });
  }

  /** Before the newest event a value is as of that event. */
  private static double factor(String label, long passedMillis) {
    return decays(label) ? Counters.factor(Math.max(0, passedMillis), tauMillis(label)) : 1;
  }
}
