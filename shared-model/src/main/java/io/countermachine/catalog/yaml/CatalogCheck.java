package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.EventType.Trait;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Quantity;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.ItemSize;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * {@code counter-machine check FILE}: says whether a catalog is valid, and describes its contents.
 */
public final class CatalogCheck {
  private static final int VALID = 0;
  private static final int INVALID = 1;
  private static final int WRONG_USAGE = 2;

  /** The job's default flush interval. */
  private static final Duration DEFAULT_FLUSH = Duration.ofSeconds(1);

  private CatalogCheck() {}

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Checks the file that the arguments name, and returns the exit code. */
  public static int run(PrintStream out, PrintStream err, String... arguments) {
    if (arguments.length != 1 || arguments[0].startsWith("-")) {
      err.println("usage: counter-machine check FILE");
      return WRONG_USAGE;
    }
    try {
      Catalog catalog = CatalogLoader.load(Path.of(arguments[0]));
      summarize(arguments[0], catalog, out);
      return VALID;
    } catch (CatalogException e) {
      e.faults().forEach(err::println);
      return INVALID;
    }
  }

  private static void summarize(String file, Catalog catalog, PrintStream out) {
    List<String> warnings = warnings(catalog);
    out.printf(
        "%s is valid: %s, %s, %s, %s%s%s%n",
        file,
        Quantity.of(catalog.events().size(), "event"),
        Quantity.of(catalog.groups().size(), "group"),
        Quantity.of(catalog.features().size(), "feature"),
        Quantity.of(catalog.sets().size(), "set"),
        catalog.itemFormat() == ItemFormat.PACKED ? "; items are packed" : "",
        warnings.isEmpty() ? "" : "; " + Quantity.of(warnings.size(), "warning") + ":");
    // Printed first, because the rest may take several screens.
    warnings.forEach(warning -> out.println("  WARNING: " + warning));
    catalog.groups().forEach(group -> new GroupSummary(group).print(out));
    catalog
        .featureSets()
        .forEach(
            (name, set) ->
                out.printf(
                    "  set %s: %s%s%n",
                    name,
                    Quantity.of(set.features().size(), "feature"),
                    set.version().map(version -> "; version " + version).orElse("")));
    catalog
        .rules()
        .ifPresent(
            rules ->
                rules
                    .lists()
                    .forEach(
                        (list, field) -> out.printf("  list %s: blocks by %s%n", list, field)));
    new CatalogPrices(catalog).print(out);
    catalog.notes().forEach(note -> out.println("  note: " + note));
  }

  /** Settings that are valid, but rarely intended. */
  public static List<String> warnings(Catalog catalog) {
    List<String> warnings = new ArrayList<>();
    for (Group group : catalog.groups()) {
      shortRetain(group, warnings);
      takenBack(catalog, group, warnings);
      group.precision().flatMap(p -> uselessPrecision(group, p)).ifPresent(warnings::add);
      tooLarge(group).ifPresent(warnings::add);
    }
    Set<String> used = usedEvents(catalog);
    catalog.events().keySet().stream()
        .filter(event -> !used.contains(event))
        .forEach(event -> warnings.add("no group counts or sums event " + event));
    catalog.rules().ifPresent(rules -> warnings.addAll(uselessLists(rules)));
    Set<String> fields = usedFields(catalog);
    catalog.fields().keySet().stream()
        .filter(field -> !fields.contains(field))
        .forEach(
            field ->
                warnings.add(
                    "fields has a place for %s, which nothing in the catalog uses; %s"
                        .formatted(field, Suggestions.of(field, fields))));
    return warnings;
  }

  private static void shortRetain(Group group, List<String> warnings) {
    if (group.retain().isEmpty()) {
      return;
    }
    long retainMillis = group.retain().get().toMillis();
    String retained =
        "group %s is retained for %s, shorter than"
            .formatted(group.name(), Durations.format(group.retain().get()));
    for (Interval interval : group.schema().intervals()) {
      long needed = interval.isLifetime() ? 0 : Math.max(interval.millis(), interval.keepMillis());
      if (retainMillis < needed) {
        warnings.add(
            "%s its interval %s, so a pause without events resets it"
                .formatted(retained, interval.label()));
      }
    }
    for (Measure measure : group.schema().measures()) {
      long within = measure.kind().withinMillis();
      if (retainMillis < within) {
        warnings.add(
            "%s the %s within which %s keeps entries, so a pause without events empties it"
                .formatted(retained, Durations.format(Duration.ofMillis(within)), measure.name()));
      }
    }
  }

  /**
   * Warns of measures that depend on retractions, and of keys that are dropped before a retraction
   * may come.
   */
  private static void takenBack(Catalog catalog, Group group, List<String> warnings) {
    Duration longest = Duration.ZERO;
    for (Feed feed : group.feeds()) {
      EventType event = catalog.events().get(feed.event());
      Measure measure = group.schema().measures().get(feed.measure());
      if (event.traits().contains(Trait.UNDONE) && !measure.kind().canTakeBack()) {
        warnings.add(
            "group %s: %s cannot take events back: events %s that are undone stay in it"
                .formatted(group.name(), measure.name().replace("#", " "), event.name()));
      }
      Duration time = VerbTimes.takenBackFor(event.name(), catalog.events(), catalog.lateness());
      longest = time.compareTo(longest) > 0 ? time : longest;
    }
    if (group.retain().isPresent() && group.retain().get().compareTo(longest) < 0) {
      warnings.add(
          "group %s is retained for %s, and its events may be taken back for %s: what a key has forgotten would be missing from what it counts next; retain it longer"
              .formatted(
                  group.name(), Durations.format(group.retain().get()), Durations.format(longest)));
    }
  }

  /** The events that feed a measure, and those from which these are derived. */
  private static Set<String> usedEvents(Catalog catalog) {
    Set<String> used = new HashSet<>();
    catalog.groups().forEach(group -> group.feeds().forEach(feed -> used.add(feed.event())));
    List<EventType> derived = new ArrayList<>(catalog.derivedEvents());
    Collections.reverse(derived);
    for (EventType type : derived) {
      if (used.contains(type.name())) {
        type.derivation().ifPresent(made -> used.addAll(made.sources().keySet()));
        type.verb().ifPresent(verb -> used.addAll(verb.others()));
      }
    }
    catalog.events().values().stream()
        .filter(type -> type.undoes().filter(used::contains).isPresent())
        .forEach(type -> used.add(type.name()));
    return used;
  }

  private static List<String> uselessLists(Rules rules) {
    return rules.lists().keySet().stream()
        .filter(list -> rules.unless().values().stream().noneMatch(all -> all.contains(list)))
        .map(
            list ->
                "list %s blocks no event; add it where one is to be left out, such as view: {unless: [%s]}"
                    .formatted(list, list))
        .toList();
  }

  private static Set<String> usedFields(Catalog catalog) {
    Set<String> used = new LinkedHashSet<>(List.of("eventName", "eventTs"));
    catalog.deduplication().ifPresent(rule -> used.add(rule.field()));
    catalog.events().values().forEach(type -> type.valueField().ifPresent(used::add));
    catalog.groups().forEach(group -> used.addAll(group.keyFields()));
    catalog.rules().ifPresent(rules -> used.addAll(rules.lists().values()));
    catalog.eventFields().fields().forEach(field -> used.add(field.name()));
    return used;
  }

  /**
   * A counter with a constant rate has the value {@code rate * tau}, so in a time t about {@code t
   * / tau} of it is new.
   */
  private static Optional<String> uselessPrecision(Group group, Precision precision) {
    if (!group.schema().isPlain()) {
      List<String> others =
          IntStream.range(0, group.itemSchema().outputs().size())
              .filter(i -> !group.schema().isPlain(group.itemSchema().output(i).measure()))
              .mapToObj(i -> group.itemSchema().output(i).name())
              .toList();
      return Optional.of(
          "precision of group %s saves no write for events that change %s: only changes of counts and sums at decaying intervals can be deferred"
              .formatted(group.name(), String.join(", ", others)));
    }
    Interval shortest =
        group.schema().intervals().stream()
            .min(Comparator.comparingLong(Interval::millis))
            .orElseThrow();
    double millis = precision.fraction() * shortest.millis();
    if (millis >= DEFAULT_FLUSH.toMillis()) {
      return Optional.empty();
    }
    return Optional.of(
        "precision of group %s saves hardly any writes: its interval %s changes by more than that every second, whatever the rate; use longer intervals or a larger precision"
            .formatted(group.name(), shortest.label()));
  }

  private static Optional<String> tooLarge(Group group) {
    long bytes = ItemSize.of(group).worst();
    return bytes <= ItemSize.MAX_BYTES
        ? Optional.empty()
        : Optional.of(
            "an item of group %s would take %d bytes with every label in every pane and all texts of lists at their maximum length, and the store's limit is %d; keep fewer labels, entries or windows if keys can come near that"
                .formatted(group.name(), bytes, ItemSize.MAX_BYTES));
  }
}
