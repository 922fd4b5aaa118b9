package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.Timestamps;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * {@code counter-machine diff OLD NEW}: says what a change of catalog does to the job's state, the
 * table and the service.
 */
public final class CatalogDiff {
  private static final int NOTHING_LOST = 0;
  private static final int LOST = 1;
  private static final int WRONG_USAGE = 2;

  /**
   * One effect of a change.
   *
   * @param lost whether something that was counted is lost, or no longer right
   * @param effect what happens, in a sentence
   */
  public record Change(boolean lost, String effect) {
    @Override
    public String toString() {
      return (lost ? "lost: " : "ok:   ") + effect;
    }
  }

  private final Catalog before;
  private final Catalog after;
  private final List<Change> changes = new ArrayList<>();

  private CatalogDiff(Catalog before, Catalog after) {
    this.before = before;
    this.after = after;
  }

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Compares the two files that the arguments name, and returns the exit code. */
  public static int run(PrintStream out, PrintStream err, String... arguments) {
    if (arguments.length != 2 || arguments[0].startsWith("-") || arguments[1].startsWith("-")) {
      err.println("usage: counter-machine diff OLD NEW");
      return WRONG_USAGE;
    }
    try {
      List<Change> changes =
          of(CatalogLoader.load(Path.of(arguments[0])), CatalogLoader.load(Path.of(arguments[1])));
      changes.forEach(out::println);
      long lost = changes.stream().filter(Change::lost).count();
      out.printf("%d changes, of which %d lose something%n", changes.size(), lost);
      return lost == 0 ? NOTHING_LOST : LOST;
    } catch (CatalogException e) {
      e.faults().forEach(err::println);
      return LOST;
    }
  }

  /** All effects of a change of catalog: of the whole first, then group by group. */
  public static List<Change> of(Catalog before, Catalog after) {
    CatalogDiff diff = new CatalogDiff(before, after);
    diff.timestamps(before.timestamps(), after.timestamps());
    diff.deduplication();
    diff.fields();
    diff.events();
    if (before.itemFormat() != after.itemFormat()) {
      diff.ok(
          "storage: items become %s with their next write; the service reads both forms; ./counter-machine republish writes all at once"
              .formatted(after.itemFormat().name().toLowerCase(Locale.ROOT)));
    }
    diff.groups();
    diff.sets();
    return diff.changes;
  }

  private void ok(String effect) {
    changes.add(new Change(false, effect));
  }

  private void lost(String effect) {
    changes.add(new Change(true, effect));
  }

  private void timestamps(Timestamps old, Timestamps now) {
    if (old.unit() != now.unit()) {
      lost(
          "timestamps: eventTs is read as %s, was %s: records that are not read yet get another instant, and counters become wrong unless their producers changed with it"
              .formatted(now.unit().label(), old.unit().label()));
    }
    if (!old.maxAhead().equals(now.maxAhead())) {
      ok(
          "timestamps: maxAhead is %s, was %s: events farther ahead of the clock are dead letters"
              .formatted(Durations.format(now.maxAhead()), Durations.format(old.maxAhead())));
    }
    if (!old.maxBehind().equals(now.maxBehind())) {
      ok(
          "timestamps: maxBehind is %s, was %s: older events are dead letters, and those that wait while the job is down grow older"
              .formatted(told(now.maxBehind(), "off"), told(old.maxBehind(), "off")));
    }
  }

  private void deduplication() {
    Optional<Deduplication> old = before.deduplication();
    Optional<Deduplication> now = after.deduplication();
    if (old.isEmpty() && now.isPresent()) {
      ok(
          "deduplicate: ids are remembered from the start on; copies of events that were counted before are counted");
    } else if (old.isPresent() && now.isEmpty()) {
      lost("deduplicate: is removed: the state forgets all ids, and every copy is counted");
    } else if (old.isPresent()) {
      if (!old.get().field().equals(now.get().field())) {
        lost(
            "deduplicate: the id is %s, was %s: copies of events that were counted before are counted"
                .formatted(now.get().field(), old.get().field()));
      }
      if (!old.get().within().equals(now.get().within())) {
        ok(
            "deduplicate: within is %s, was %s: records with one id farther apart are counted both"
                .formatted(
                    Durations.format(now.get().within()), Durations.format(old.get().within())));
      }
    }
  }

  private void fields() {
    for (String field : union(before.fields().keySet(), after.fields().keySet())) {
      if (!before.place(field).equals(after.place(field))) {
        ok(
            "fields: %s is read at %s, was at %s: records of the earlier form that are not read yet lack it"
                .formatted(field, told(after.place(field)), told(before.place(field))));
      }
    }
  }

  private static String told(FieldPlace place) {
    return place.absent().isEmpty()
        ? place.toString()
        : place + " (absent: " + place.absent() + ")";
  }

  private void events() {
    for (String name : union(before.events().keySet(), after.events().keySet())) {
      EventType old = before.events().get(name);
      EventType now = after.events().get(name);
      if (old == null) {
        ok("event %s is added: counted from the start on where a group names it".formatted(name));
      } else if (now == null) {
        ok("event %s is removed: ignored from the start on".formatted(name));
      } else if (!old.valueField().equals(now.valueField())) {
        // Where none sums it, the field means that a record without it is a dead letter.
        boolean summed =
            after.groups().stream()
                .flatMap(group -> group.measures().stream())
                .anyMatch(m -> m.kind() == MeasureKind.SUM && m.event().equals(name));
        changes.add(
            new Change(
                summed,
                "event %s: its value is %s, was %s%s"
                    .formatted(
                        name,
                        now.valueField().orElse("none"),
                        old.valueField().orElse("none"),
                        summed ? ": sums add the one to what they have of the other" : "")));
      }
    }
  }

  private void groups() {
    Map<String, Group> old = byName(before.groups(), Group::name);
    Map<String, Group> now = byName(after.groups(), Group::name);
    for (String name : union(old.keySet(), now.keySet())) {
      if (!now.containsKey(name)) {
        lost(
            "group %s is removed: its items are written no more and stay until they expire; its state stays in the checkpoints"
                .formatted(name));
      } else if (!old.containsKey(name)) {
        ok(
            "group %s is added: it counts from 0 from the start on, or on from what the state has of an earlier group of that name"
                .formatted(name));
      } else {
        group(old.get(name), now.get(name));
      }
    }
  }

  private void group(Group old, Group now) {
    String name = now.name();
    if (!old.keyFields().equals(now.keyFields())) {
      lost(
          "group %s: its key is %s, was %s: the job refuses the state; give the group another name, or count again with --start earliest"
              .formatted(name, now.keyFields(), old.keyFields()));
    }
    measures(old, now);
    for (String label : union(labels(old), labels(now))) {
      if (now.intervalIndex(label) < 0) {
        lost(
            "group %s: interval %s is removed: from the state, and from each item with its next write"
                .formatted(name, label));
      } else if (old.intervalIndex(label) < 0) {
        ok(
            "group %s: interval %s is added: it counts from 0 from the start on"
                .formatted(name, label));
      }
    }
    ratios(old, now);
    retain(name, old.retain(), now.retain());
    if (!old.precision().equals(now.precision())) {
      ok(
          "group %s: precision is %s, was %s: only how often items are written changes"
              .formatted(name, told(now.precision()), told(old.precision())));
    }
  }

  private void measures(Group old, Group now) {
    Map<String, Measure> were = byName(old.measures(), Measure::name);
    Map<String, Measure> are = byName(now.measures(), Measure::name);
    for (String measure : union(were.keySet(), are.keySet())) {
      Measure was = were.get(measure);
      Measure is = are.get(measure);
      if (is == null) {
        lost(
            "group %s: %s is removed: from the state, and from each item with its next write"
                .formatted(now, measure));
      } else if (was == null) {
        ok("group %s: %s is added: it counts from 0 from the start on".formatted(now, measure));
      } else if (was.kind() != is.kind()) {
        lost(
            "group %s: %s is a %s, was a %s: it begins again at 0"
                .formatted(now, measure, told(is.kind()), told(was.kind())));
      } else if (!was.event().equals(is.event())) {
        lost(
            "group %s: %s is of event %s, was of %s: it adds the one to what it has of the other"
                .formatted(now, measure, is.event(), was.event()));
      }
    }
  }

  private void ratios(Group old, Group now) {
    Map<String, String> were = ratios(old);
    Map<String, String> are = ratios(now);
    for (String ratio : union(were.keySet(), are.keySet())) {
      if (!Objects.equals(were.get(ratio), are.get(ratio))) {
        ok(
            "group %s: ratio %s is %s, was %s; nothing is stored of it"
                .formatted(
                    now, ratio, are.getOrDefault(ratio, "none"), were.getOrDefault(ratio, "none")));
      }
    }
  }

  private static Map<String, String> ratios(Group group) {
    Map<String, String> ratios = new LinkedHashMap<>();
    for (Ratio ratio : group.ratios()) {
      ratios.put(
          ratio.name(),
          "%s per %s%s"
              .formatted(
                  group.measures().get(ratio.of()).name(),
                  group.measures().get(ratio.per()).name(),
                  ratio.isSmoothed()
                      ? " with prior %s and weight %s".formatted(ratio.prior(), ratio.weight())
                      : ""));
    }
    return ratios;
  }

  private void retain(String group, Optional<Duration> old, Optional<Duration> now) {
    if (old.equals(now)) {
      return;
    }
    boolean longer = now.isEmpty() || (old.isPresent() && now.get().compareTo(old.get()) > 0);
    ok(
        (longer
                ? "group %s: keys are kept %s, were kept %s: items without a further event still expire by the earlier time, unless ./counter-machine republish writes all again"
                : "group %s: keys are kept %s, were kept %s: items and state without a further event stay for the earlier time, unless ./counter-machine republish writes all again")
            .formatted(group, told(now, "for ever"), told(old, "for ever")));
  }

  private void sets() {
    for (String name : union(before.sets().keySet(), after.sets().keySet())) {
      List<String> old = features(before, name);
      List<String> now = features(after, name);
      if (!old.equals(now)) {
        ok(
            "set %s %s: the service answers by it once it is restarted; nothing is stored of it"
                .formatted(
                    name,
                    old.isEmpty()
                        ? "is added"
                        : now.isEmpty() ? "is removed" : "has other features"));
      }
    }
  }

  private static List<String> features(Catalog catalog, String set) {
    return catalog.sets().getOrDefault(set, List.of()).stream().map(Feature::name).toList();
  }

  private static List<String> labels(Group group) {
    return group.intervals().stream().map(Interval::label).toList();
  }

  private static String told(Optional<Duration> duration, String none) {
    return duration.map(Durations::format).orElse(none);
  }

  private static String told(Optional<Precision> precision) {
    return precision.map(Precision::toString).orElse("off");
  }

  private static String told(MeasureKind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
    return all.stream()
        .collect(Collectors.toMap(name, one -> one, (one, other) -> one, LinkedHashMap::new));
  }

  /** Those of before, then the new ones. */
  private static Set<String> union(Iterable<String> before, Iterable<String> after) {
    Set<String> union = new LinkedHashSet<>();
    before.forEach(union::add);
    after.forEach(union::add);
    return union;
  }
}
