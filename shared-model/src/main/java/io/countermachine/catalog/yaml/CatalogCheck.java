package io.countermachine.catalog.yaml;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.Suggestions;
import io.countermachine.item.ItemSize;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code counter-machine check FILE}: says whether a catalog is valid and what is in it. */
public final class CatalogCheck {
  private static final int VALID = 0;
  private static final int INVALID = 1;
  private static final int WRONG_USAGE = 2;

  /** The job's flush interval where it is not set. */
  private static final Duration DEFAULT_FLUSH = Duration.ofSeconds(1);

  private CatalogCheck() {}

  public static void main(String[] arguments) {
    System.exit(run(System.out, System.err, arguments));
  }

  /** Checks the one file that the arguments name, and returns the exit code. */
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
    out.printf(
        "%s is valid: %d events, %d groups, %d features, %d sets%s%n",
        file,
        catalog.events().size(),
        catalog.groups().size(),
        catalog.features().size(),
        catalog.sets().size(),
        catalog.itemFormat() == ItemFormat.PACKED ? "; items are packed" : "");
    for (Group group : catalog.groups()) {
      out.printf(
          "  group %s by %s: %s; ratios %s; intervals %s; retained %s%s; %d features, items of up"
              + " to %d bytes%n",
          group.name(),
          String.join(" x ", group.keyFields()),
          joined(group.measures().stream().map(CatalogCheck::told).toList()),
          joined(group.ratios().stream().map(Ratio::name).toList()),
          joined(group.intervals().stream().map(Interval::label).toList()),
          group.retain().map(Durations::format).orElse("for ever"),
          group.precision().map(precision -> "; precision " + precision).orElse(""),
          group.features().size(),
          ItemSize.worstCaseBytes(group));
    }
    catalog
        .sets()
        .forEach((name, features) -> out.printf("  set %s: %d features%n", name, features.size()));
    warnings(catalog).forEach(warning -> out.println("  warning: " + warning));
  }

  /** A measure, and the event that feeds it where that has another name. */
  private static String told(Measure measure) {
    return measure.name().equals(measure.event())
        ? measure.name()
        : measure.name() + " (of " + measure.event() + ")";
  }

  private static String joined(List<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  /** What is allowed, but seldom meant. */
  public static List<String> warnings(Catalog catalog) {
    List<String> warnings = new ArrayList<>();
    Set<String> used = new HashSet<>();
    for (Group group : catalog.groups()) {
      group.measures().forEach(measure -> used.add(measure.event()));
      for (Interval interval : group.intervals()) {
        if (group.retain().isPresent() && group.retain().get().toMillis() < interval.tauMillis()) {
          warnings.add(
              "group %s is retained for %s, shorter than its interval %s, which a pause of events resets"
                  .formatted(
                      group.name(), Durations.format(group.retain().get()), interval.label()));
        }
      }
      group.precision().flatMap(p -> uselessPrecision(group, p)).ifPresent(warnings::add);
    }
    catalog.events().keySet().stream()
        .filter(event -> !used.contains(event))
        .forEach(event -> warnings.add("no group counts or sums event " + event));
    Set<String> fields = usedFields(catalog);
    catalog.fields().keySet().stream()
        .filter(field -> !fields.contains(field))
        .forEach(
            field ->
                warnings.add(
                    "fields says where %s stands, which nothing in the catalog uses; %s"
                        .formatted(field, Suggestions.of(field, fields))));
    return warnings;
  }

  private static Set<String> usedFields(Catalog catalog) {
    Set<String> used = new LinkedHashSet<>(List.of("eventName", "eventTs"));
    catalog.deduplication().ifPresent(rule -> used.add(rule.field()));
    catalog.events().values().forEach(type -> type.valueField().ifPresent(used::add));
    catalog.groups().forEach(group -> used.addAll(group.keyFields()));
    return used;
  }

  /**
   * A counter of a steady rate is worth {@code rate * tau}, so that in a time t about {@code t /
   * tau} of it is new.
   */
  private static Optional<String> uselessPrecision(Group group, Precision precision) {
    Interval shortest =
        group.intervals().stream().min(Comparator.comparingLong(Interval::tauMillis)).orElseThrow();
    double millis = precision.fraction() * shortest.tauMillis();
    if (millis >= DEFAULT_FLUSH.toMillis()) {
      return Optional.empty();
    }
    return Optional.of(
        "precision of group %s saves hardly a write: more than that of its interval %s is new in every second, whatever the rate; give it longer intervals or a larger precision"
            .formatted(group.name(), shortest.label()));
  }
}
