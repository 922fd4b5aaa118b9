package io.countermachine.training;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupPolicy;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.job.config.CatalogSource;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What rows are made of: travels to the task managers as text.
 *
 * <p>Its catalog is the given one with a group behind the others for each label, so that the job's
 * decoder makes the keys by which events and rows meet.
 *
 * @param catalogText what is counted
 * @param set the set whose features a row has; null where they are listed
 * @param features the features, where no set is named
 * @param labels what follows a row, each with the fields that it needs
 * @param delayMillis how far the counters of a row are behind its instant
 * @param asSeen whether events count from when they came, rather than from when they happened
 * @param timeField the field of a request with its instant, in the catalog's unit; null for {@code
 *     asOf}, in epoch milliseconds
 * @param untilMillis up to when the events are complete; null for the newest one's instant
 * @param atAsOf whether a row is what the service answers at its instant, events of that very
 *     instant included, and not just before
 */
public record TrainingSpec(
    CatalogText catalogText,
    String set,
    List<String> features,
    List<Label> labels,
    long delayMillis,
    boolean asSeen,
    String timeField,
    Long untilMillis,
    boolean atAsOf)
    implements CatalogSource {
  private static final Map<TrainingSpec, Catalog> CATALOGS = new ConcurrentHashMap<>();
  private static final Map<TrainingSpec, TrainingPlan> PLANS = new ConcurrentHashMap<>();

  /** No name of a group has this sign. */
  private static final String LABEL_GROUP = "label#";

  public TrainingSpec {
    features = List.copyOf(features);
    labels = List.copyOf(labels);
  }

  /** The same with other labels. */
  TrainingSpec with(List<Label> newLabels) {
    return new TrainingSpec(
        catalogText, set, features, newLabels, delayMillis, asSeen, timeField, untilMillis, atAsOf);
  }

  /** The catalog with a group for each label, the same object for all operators of a process. */
  @Override
  public Catalog catalog() {
    return CATALOGS.computeIfAbsent(this, TrainingSpec::extended);
  }

  /** From when on an event of a record counts, epoch milliseconds. */
  public long cameMillis(Event event) {
    return asSeen ? event.recordMillis() : event.timeMillis();
  }

  /** The plan, the same object for all operators of a process. */
  public TrainingPlan plan() {
    return PLANS.computeIfAbsent(this, TrainingPlan::new);
  }

  private static Catalog extended(TrainingSpec spec) {
    // Of its own: a catalog resolves the formulas of the groups that it takes over.
    Catalog read = CatalogLoader.parse(spec.catalogText.name(), spec.catalogText.text());
    List<Group> groups = new ArrayList<>(read.groups());
    for (Label label : spec.labels) {
      groups.add(group(label, read));
    }
    Catalog extended =
        new Catalog(
            read.hash(),
            read.timestamps(),
            read.deduplication(),
            read.fields(),
            read.itemFormat(),
            new Catalog.Events(
                read.events(),
                read.derivedEvents().stream().map(type -> type.name()).toList(),
                read.eventFields(),
                read.lateness()),
            read.rules(),
            groups);
    return new Catalog(extended, List.copyOf(read.featureSets().values()), List.of(), Map.of());
  }

  private static Group group(Label label, Catalog catalog) {
    List<Interval> intervals = List.of(Interval.LIFETIME);
    Schema schema =
        Schema.of(
            LABEL_GROUP + label.name(),
            label.by(),
            List.of(new Measure(label.event(), MeasureKind.count(), intervals)),
            intervals,
            catalog.timestamps().unit().millis());
    return new Group(
        ItemSchema.of(schema),
        List.of(new Feed(label.event(), 0, Optional.empty(), EntryFields.NONE)),
        List.of(),
        Map.of(),
        new GroupPolicy(Optional.empty(), Optional.empty(), List.of()));
  }
}
