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
 * The definition of rows. It is sent to the task managers as text.
 *
 * <p>Its catalog is the given one with an additional group at the end for each label, so that the
 * job's decoder creates the keys that connect events and rows.
 *
 * @param catalogText the catalog
 * @param set the set whose features a row has; null if they are listed
 * @param features the features, if no set is named
 * @param labels the labels, each with the fields that it needs
 * @param delayMillis how far the counters of a row lag behind its instant, in milliseconds
 * @param asSeen whether events count from when they arrived, instead of from when they happened
 * @param timeField the field of a request with its instant, in the catalog's unit; null for {@code
 *     asOf}, in epoch milliseconds
 * @param untilMillis the instant up to which the events are complete, epoch milliseconds; null for
 *     that of the newest event
 * @param atAsOf whether a row includes events of its very instant, like the service's response,
 *     instead of only earlier ones
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

  /** The names of groups in a catalog cannot contain this sign. */
  private static final String LABEL_GROUP = "label#";

  public TrainingSpec {
    features = List.copyOf(features);
    labels = List.copyOf(labels);
  }

  /** This specification with other labels. */
  TrainingSpec with(List<Label> newLabels) {
    return new TrainingSpec(
        catalogText, set, features, newLabels, delayMillis, asSeen, timeField, untilMillis, atAsOf);
  }

  /** The catalog with a group for each label. All operators of a process share the object. */
  @Override
  public Catalog catalog() {
    return CATALOGS.computeIfAbsent(this, TrainingSpec::extended);
  }

  /** The instant from which an event of a record counts, epoch milliseconds. */
  public long cameMillis(Event event) {
    return asSeen ? event.recordMillis() : event.timeMillis();
  }

  /** The plan. All operators of a process share the object. */
  public TrainingPlan plan() {
    return PLANS.computeIfAbsent(this, TrainingPlan::new);
  }

  private static Catalog extended(TrainingSpec spec) {
    // A separate object, because extending a catalog resolves the formulas of the groups that it
    // takes over.
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
