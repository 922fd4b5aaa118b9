package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Emission;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Quantity;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Timestamps;
import io.countermachine.catalog.Verb;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
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
 * {@code counter-machine diff OLD NEW}: says how a change of the catalog affects the job's state,
 * the table and the service.
 */
public final class CatalogDiff {
  private static final int NOTHING_LOST = 0;
  private static final int LOST = 1;
  private static final int WRONG_USAGE = 2;

  /**
   * One effect of a change.
   *
   * @param lost true if counted data is lost or no longer right
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
      out.printf(
          "%s, of which %s something%n",
          Quantity.of(changes.size(), "change"), lost == 1 ? "1 loses" : lost + " lose");
      return lost == 0 ? NOTHING_LOST : LOST;
    } catch (CatalogException e) {
      e.faults().forEach(err::println);
      return LOST;
    }
  }

  /** All effects of a change of the catalog: first those on the whole, then group by group. */
  public static List<Change> of(Catalog before, Catalog after) {
    CatalogDiff diff = new CatalogDiff(before, after);
    diff.structure();
    for (Group group : after.groups()) {
      before.group(group.name()).ifPresent(old -> diff.formulas(old, group));
    }
    diff.sets();
    return diff.changes;
  }

  /**
   * The effects of all changes except those of formulas, sets and their descriptions; empty if a
   * running service can continue with the new catalog.
   */
  public static List<Change> structure(Catalog before, Catalog after) {
    CatalogDiff diff = new CatalogDiff(before, after);
    diff.structure();
    if (diff.changes.isEmpty() && !layout(before).equals(layout(after))) {
      diff.ok("groups, measures or intervals are in another order");
    }
    return diff.changes;
  }

  private static List<Object> layout(Catalog catalog) {
    return catalog.groups().stream()
        .<Object>map(
            group ->
                List.of(
                    group.name(),
                    group.schema().measures().stream().map(Measure::name).toList(),
                    group.itemSchema().outputs().stream().map(Output::name).toList(),
                    labels(group)))
        .toList();
  }

  private void structure() {
    timestamps(before.timestamps(), after.timestamps());
    deduplication();
    fields();
    series();
    lateness();
    events();
    rules();
    if (before.itemFormat() != after.itemFormat()) {
      ok(
          "storage: items become %s with their next write; the service reads both forms; ./counter-machine republish writes all at once"
              .formatted(after.itemFormat().name().toLowerCase(Locale.ROOT)));
    }
    groups();
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
          "timestamps: eventTs is read as %s, was %s: records that are not read yet get another timestamp, and counters become wrong unless the producers change as well"
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
          "deduplicate: ids are remembered from the next start on; duplicates of events that were counted before are counted");
    } else if (old.isPresent() && now.isEmpty()) {
      lost("deduplicate: is removed: the state forgets all ids, and every duplicate is counted");
    } else if (old.isPresent()) {
      if (!old.get().field().equals(now.get().field())) {
        lost(
            "deduplicate: the id is %s, was %s: duplicates of events that were counted before are counted"
                .formatted(now.get().field(), old.get().field()));
      }
      if (!old.get().within().equals(now.get().within())) {
        ok(
            "deduplicate: within is %s, was %s: records with the same id are both counted if they are farther apart"
                .formatted(
                    Durations.format(now.get().within()), Durations.format(old.get().within())));
      }
    }
  }

  private void fields() {
    for (String field : union(before.fields().keySet(), after.fields().keySet())) {
      if (!before.place(field).equals(after.place(field))) {
        ok(
            "fields: %s is read at %s, was read at %s: records in the old format that are not read yet do not have it"
                .formatted(field, told(after.place(field)), told(before.place(field))));
      }
    }
  }

  private static String told(FieldPlace place) {
    return place.absent().isEmpty()
        ? place.toString()
        : place + " (absent: " + place.absent() + ")";
  }

  private void series() {
    for (String label : union(before.series().keySet(), after.series().keySet())) {
      String old = told(before.series().get(label));
      String now = told(after.series().get(label));
      if (!old.equals(now)) {
        ok(
            "%s: its panes go to %s, went to %s: those that change from the start on"
                .formatted(label, now, old));
      }
    }
  }

  private static String told(Emission emission) {
    return emission == null ? "no topic" : "topic " + emission;
  }

  private void lateness() {
    boolean hasVerbs = !after.verbEvents().isEmpty() && !before.verbEvents().isEmpty();
    if (hasVerbs && !before.lateness().equals(after.lateness())) {
      ok(
          "lateness: is %s, was %s: what the state has dropped already stays counted as it is"
              .formatted(Durations.format(after.lateness()), Durations.format(before.lateness())));
    }
  }

  private void events() {
    for (String name : union(before.events().keySet(), after.events().keySet())) {
      EventType old = before.events().get(name);
      EventType now = after.events().get(name);
      if (old == null) {
        ok(
            "event %s is added: counted from the next start on where a group names it"
                .formatted(name));
      } else if (now == null) {
        ok("event %s is removed: ignored from the next start on".formatted(name));
      } else if (!old.derivation().equals(now.derivation())
          || !old.madeBy().map(Verb::withoutEmit).equals(now.madeBy().map(Verb::withoutEmit))) {
        boolean counted = after.groups().stream().anyMatch(group -> group.counts(name));
        changes.add(
            new Change(
                counted,
                "event %s: it %s, and %s%s"
                    .formatted(
                        name,
                        told(now),
                        told(old).replace("is made", "was made").replace("arrives", "arrived"),
                        counted ? ": measures add the new events to the old ones" : "")));
      } else if (!old.madeBy().equals(now.madeBy())) {
        ok("event %s: from the next start on it %s".formatted(name, goes(topic(now), topic(old))));
      } else if (!old.undoes().equals(now.undoes()) || !old.verb().equals(now.verb())) {
        ok(
            "event %s: it %s, and %s: what was taken back before stays so"
                .formatted(name, undoes(now), undoes(old).replace("takes", "took")));
      } else if (!old.valueField().equals(now.valueField())) {
        // Even if no measure sums it, a record without the field is a dead letter.
        boolean summed =
            after.groups().stream()
                .anyMatch(
                    group ->
                        group.feeds(name).stream()
                            .map(feed -> group.schema().measures().get(feed.measure()).kind())
                            .anyMatch(MeasureKind::takesValue));
        changes.add(
            new Change(
                summed,
                "event %s: its value %s%s"
                    .formatted(
                        name,
                        changed("", now.valueField().orElse(null), old.valueField().orElse(null)),
                        summed ? ": sums add the new values to the old ones" : "")));
      }
    }
  }

  private void rules() {
    Map<String, String> old = before.rules().map(Rules::lists).orElse(Map.of());
    Map<String, String> now = after.rules().map(Rules::lists).orElse(Map.of());
    if (before.rules().isPresent() && after.rules().isPresent()) {
      String was = before.rules().get().topic();
      String is = after.rules().get().topic();
      if (!was.equals(is)) {
        ok("rules: the topic is %s, was %s: the rules in the new topic hold".formatted(is, was));
      }
    } else if (after.rules().isPresent()) {
      ok(
          "rules: they are read from topic %s: the rules in it hold"
              .formatted(after.rules().get().topic()));
    } else if (before.rules().isPresent()) {
      ok(
          "rules: topic %s is no longer read: no rule holds"
              .formatted(before.rules().get().topic()));
    }
    for (String list : union(old.keySet(), now.keySet())) {
      if (!Objects.equals(old.get(list), now.get(list))) {
        ok(
            "rules: list %s %s: no stored counter changes"
                .formatted(list, changed("by ", now.get(list), old.get(list))));
      }
    }
    for (String event : union(before.events().keySet(), after.events().keySet())) {
      List<String> wasUnless = before.rules().map(r -> r.unless(event)).orElse(List.of());
      List<String> isUnless = after.rules().map(r -> r.unless(event)).orElse(List.of());
      if (!wasUnless.equals(isUnless)) {
        ok(
            "rules: event %s is blocked by %s, was blocked by %s: from the next start on, also events that a replay counts again"
                .formatted(event, told(isUnless), told(wasUnless)));
      }
    }
  }

  /** Describes the change of a setting; null stands for a missing value. */
  private static String changed(String is, String now, String old) {
    if (old == null) {
      return "is added, " + is + now;
    }
    return now == null ? "is removed" : "is %s%s, was %s%s".formatted(is, now, is, old);
  }

  private static String told(List<String> lists) {
    return lists.isEmpty() ? "no list" : String.join(", ", lists);
  }

  private static Optional<String> topic(EventType type) {
    return type.verb().flatMap(Verb::emit).map(Emission::toString);
  }

  private static String goes(Optional<String> now, Optional<String> old) {
    if (old.isEmpty() || now.isEmpty()) {
      return now.map(topic -> "goes to topic " + topic)
          .orElseGet(() -> "no longer goes to topic " + old.orElseThrow());
    }
    return "goes to topic %s, no longer to %s".formatted(now.get(), old.get());
  }

  private static String undoes(EventType type) {
    return type.verb().map(verb -> "takes back: " + verb).orElse("takes nothing back");
  }

  private static String told(EventType type) {
    return type.derivation()
        .map(
            made ->
                "is made of %s%s"
                    .formatted(
                        String.join(
                            ", ",
                            made.sources().entrySet().stream()
                                .map(
                                    source ->
                                        source.getKey()
                                            + source
                                                .getValue()
                                                .map(weight -> " with weight " + weight)
                                                .orElse(""))
                                .toList()),
                        made.where().map(where -> " where " + where).orElse("")
                            + type.madeBy().map(verb -> ", " + verb).orElse("")))
        .orElse("arrives in records");
  }

  private void groups() {
    Map<String, Group> old = byName(before.groups(), Group::name);
    Map<String, Group> now = byName(after.groups(), Group::name);
    for (String name : union(old.keySet(), now.keySet())) {
      if (!now.containsKey(name)) {
        lost(
            "group %s is removed: its items are no longer written and stay until they expire; its state stays in the checkpoints"
                .formatted(name));
      } else if (!old.containsKey(name)) {
        ok(
            "group %s is added: it counts from 0 from the next start on, or continues from the state of an earlier group of that name"
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
      Interval was = interval(old, label);
      Interval is = interval(now, label);
      if (is == null) {
        lost(
            "group %s: interval %s is removed: from the state, and from each item with its next write"
                .formatted(name, label));
      } else if (was == null) {
        ok(
            "group %s: interval %s is added: it counts from 0 from the next start on"
                .formatted(name, label));
      } else if (was.stepMillis() != is.stepMillis()) {
        boolean whole = is.stepMillis() % was.stepMillis() == 0;
        changes.add(
            new Change(
                !whole,
                "group %s: the panes of %s are %s, were %s: %s"
                    .formatted(
                        name,
                        label,
                        told(is.stepMillis()),
                        told(was.stepMillis()),
                        whole ? "existing panes become larger ones" : "they start over")));
      } else if (was.keepMillis() != is.keepMillis()) {
        changes.add(
            new Change(
                is.keepMillis() < was.keepMillis(),
                "group %s: %s is kept for %s, was kept for %s"
                    .formatted(name, label, told(is.keepMillis()), told(was.keepMillis()))));
      }
    }
    retain(name, old.retain(), now.retain());
    if (!old.precision().equals(now.precision())) {
      ok(
          "group %s: precision is %s, was %s: only how often items are written changes"
              .formatted(name, told(now.precision()), told(old.precision())));
    }
  }

  private void measures(Group old, Group now) {
    Map<String, Measure> were = byName(old.schema().measures(), Measure::name);
    Map<String, Measure> are = byName(now.schema().measures(), Measure::name);
    for (String measure : union(were.keySet(), are.keySet())) {
      Measure was = were.get(measure);
      Measure is = are.get(measure);
      String shown = measure.replace("#", " ");
      if (is == null) {
        lost(
            "group %s: %s is removed: from the state, and from each item with its next write"
                .formatted(now, shown));
      } else if (was == null) {
        ok("group %s: %s is added: it counts from 0 from the next start on".formatted(now, shown));
      } else if (!was.kind().id().equals(is.kind().id())) {
        lost(
            "group %s: %s is a %s, was a %s: it starts over at 0"
                .formatted(now, shown, told(is.kind()), told(was.kind())));
      } else {
        parameters(now, shown, was.kind(), is.kind());
        feed(shown, old, now, measure);
        ownIntervals(shown, old, now, was, is);
        outputs(shown, old, now, measure);
      }
    }
  }

  /** Compares the outputs of a measure that stayed. The state still has the data for them. */
  private void outputs(String shown, Group old, Group now, String measure) {
    List<String> were = outputs(old, measure);
    List<String> are = outputs(now, measure);
    for (String output : union(were, are)) {
      if (!are.contains(output)) {
        ok(
            "group %s: %s is no longer computed: it is removed from each item with its next write"
                .formatted(now, output));
      } else if (!were.contains(output)) {
        ok(
            "group %s: %s is computed, too, from the state of %s: it is in each item with its next write"
                .formatted(now, output, shown));
      }
    }
  }

  private static List<String> outputs(Group group, String measure) {
    int index = group.schema().measureIndex(measure);
    return group.itemSchema().outputs().stream()
        .filter(output -> output.measure() == index)
        .map(Output::name)
        .toList();
  }

  private void parameters(Group group, String measure, MeasureKind was, MeasureKind is) {
    if (was.equals(is)) {
      return;
    }
    if (was.corrected().equals(is) || is.corrected().equals(was)) {
      ok(
          is.isCorrected()
              ? "group %s: %s now keeps how many of its events are left; its earlier values cannot become exactly 0"
                  .formatted(group, measure)
              : "group %s: %s keeps no number of its events, as none is taken back any more"
                  .formatted(group, measure));
    } else if (is.form() == Form.LIST) {
      list(group, measure, was, is);
    } else if (is.form() == Form.SCALAR) {
      lost(
          "group %s: %s takes field %s, took %s: it starts over"
              .formatted(group, measure, is.fields().get(0), was.fields().get(0)));
    } else if (is.id().equals("UNIQUES")) {
      double error = Double.parseDouble(is.parameters());
      double before = Double.parseDouble(was.parameters());
      changes.add(
          new Change(
              error < before,
              "group %s: %s has an error of %s, had %s: %s"
                  .formatted(
                      group,
                      measure,
                      error,
                      before,
                      error < before
                          ? "it starts over at 0"
                          : "it continues with fewer of its hashes")));
    } else if (is.keep() > 0) {
      changes.add(
          new Change(
              is.keep() < was.keep(),
              "group %s: %s keeps %s, kept %d"
                  .formatted(group, measure, Quantity.of(is.keep(), "label"), was.keep())));
    } else {
      lost(
          "group %s: %s has an error of %s, had %s: it starts over at 0"
              .formatted(group, measure, is.parameters(), was.parameters()));
    }
  }

  /** Existing entries stay as far as the new list would keep them. */
  private void list(Group group, String measure, MeasureKind was, MeasureKind is) {
    boolean fewer = is.entries() < was.entries() || !is.fields().containsAll(was.fields());
    boolean shorter =
        is.withinMillis() > 0
            && (was.withinMillis() == 0 || is.withinMillis() < was.withinMillis());
    boolean distinct =
        is.distinctField().isPresent() && !is.distinctField().equals(was.distinctField());
    changes.add(
        new Change(
            fewer || shorter || distinct,
            "group %s: %s keeps %s, kept %s: existing entries stay as far as they fit, without new fields"
                .formatted(group, measure, toldList(is), toldList(was))));
  }

  private static String toldList(MeasureKind list) {
    return "%s of %s%s%s"
        .formatted(
            Quantity.of(list.entries(), "entry"),
            list.fields(),
            list.withinMillis() == 0 ? "" : " within " + told(list.withinMillis()),
            list.distinctField().map(field -> " distinct by " + field).orElse(""));
  }

  private void feed(String shown, Group old, Group now, String measure) {
    Feed was = feed(old, measure);
    Feed is = feed(now, measure);
    String wereEvents = events(old, measure);
    String areEvents = events(now, measure);
    if (!wereEvents.equals(areEvents)) {
      lost(
          "group %s: %s counts event %s, counted %s: it adds the new events to the old ones"
              .formatted(now, shown, areEvents, wereEvents));
    }
    String wasBy = was.label().map(label -> label.by().text()).orElse("");
    String isBy = is.label().map(label -> label.by().text()).orElse("");
    if (!wasBy.equals(isBy)) {
      lost(
          "group %s: %s is by %s, was by %s: it adds the new labels to the old ones"
              .formatted(now, shown, isBy, wasBy));
    }
  }

  private static Feed feed(Group group, String measure) {
    int index = group.schema().measureIndex(measure);
    return group.feeds().stream().filter(feed -> feed.measure() == index).findFirst().orElseThrow();
  }

  private static String events(Group group, String measure) {
    int index = group.schema().measureIndex(measure);
    return group.feeds().stream()
        .filter(feed -> feed.measure() == index)
        .map(Feed::event)
        .sorted()
        .collect(Collectors.joining(" and "));
  }

  /** Compares the intervals of one measure that the group has before and after. */
  private void ownIntervals(String shown, Group old, Group now, Measure was, Measure is) {
    for (String label : union(labels(was.intervals()), labels(is.intervals()))) {
      boolean had = labels(was.intervals()).contains(label);
      boolean has = labels(is.intervals()).contains(label);
      if (had && !has && interval(now, label) != null) {
        lost("group %s: %s is no longer kept for %s".formatted(now, shown, label));
      } else if (has && !had && interval(old, label) != null) {
        ok(
            "group %s: %s is kept for %s, too: it counts from 0 from the next start on"
                .formatted(now, shown, label));
      }
    }
  }

  private void formulas(Group old, Group now) {
    Map<String, String> were = formulas(old);
    Map<String, String> are = formulas(now);
    for (String name : union(were.keySet(), are.keySet())) {
      if (!Objects.equals(were.get(name), are.get(name))) {
        boolean ratio =
            now.formula(name).or(() -> old.formula(name)).map(GroupFormula::isRatio).orElse(false);
        ok(
            "group %s: %s %s %s; it is not stored"
                .formatted(
                    now,
                    ratio ? "ratio" : "formula",
                    name,
                    changed("", are.get(name), were.get(name))));
      }
    }
  }

  private static Map<String, String> formulas(Group group) {
    Map<String, String> formulas = new LinkedHashMap<>();
    group.formulas().forEach(formula -> formulas.put(formula.name(), formula.formula().text()));
    return formulas;
  }

  private void retain(String group, Optional<Duration> old, Optional<Duration> now) {
    if (old.equals(now)) {
      return;
    }
    boolean longer = now.isEmpty() || (old.isPresent() && now.get().compareTo(old.get()) > 0);
    ok(
        (longer
                ? "group %s: keys are kept %s, were kept %s: items without a further event still expire by the earlier time, unless ./counter-machine republish writes all items again"
                : "group %s: keys are kept %s, were kept %s: items and state without a further event stay for the earlier time, unless ./counter-machine republish writes all items again")
            .formatted(group, told(now, "for ever"), told(old, "for ever")));
  }

  private void sets() {
    for (String name : union(before.sets().keySet(), after.sets().keySet())) {
      List<String> old = features(before, name);
      List<String> now = features(after, name);
      if (!old.equals(now)) {
        ok(
            "set %s %s: the running service applies it; it is not stored"
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
    return labels(group.schema().intervals());
  }

  private static List<String> labels(List<Interval> intervals) {
    return intervals.stream().map(Interval::label).toList();
  }

  /** The interval with that label, or null. */
  private static Interval interval(Group group, String label) {
    int index = group.schema().intervalIndex(label);
    return index < 0 ? null : group.schema().intervals().get(index);
  }

  private static String told(long millis) {
    return Durations.format(Duration.ofMillis(millis));
  }

  private static String told(Optional<Duration> duration, String none) {
    return duration.map(Durations::format).orElse(none);
  }

  private static String told(Optional<Precision> precision) {
    return precision.map(Precision::toString).orElse("off");
  }

  private static String told(MeasureKind kind) {
    return kind.id().toLowerCase(Locale.ROOT);
  }

  private static <T> Map<String, T> byName(List<T> all, Function<T, String> name) {
    return all.stream()
        .collect(Collectors.toMap(name, one -> one, (one, other) -> one, LinkedHashMap::new));
  }

  /** The old ones, followed by the new ones. */
  private static Set<String> union(Iterable<String> before, Iterable<String> after) {
    Set<String> union = new LinkedHashSet<>();
    before.forEach(union::add);
    after.forEach(union::add);
    return union;
  }
}
