package io.countermachine.training;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Verb;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.GroupPlan;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.training.requests.RequestReader;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the operators need of a {@link TrainingSpec}, resolved once. Immutable. */
public final class TrainingPlan {
  /** No limit: a file does not overload a service. */
  private static final int NO_LIMIT = Integer.MAX_VALUE - 1;

  private final TrainingSpec spec;
  private final Catalog catalog;
  private final CandidateFields fields;
  private final FeaturePlan features;
  private final int[] groups;
  private final Map<String, Integer> groupIndexes = new HashMap<>();
  private final int[][] labelFields;
  private final BitSet verbs;
  private final long[] labelMillis;

  TrainingPlan(TrainingSpec spec) {
    this.spec = spec;
    this.catalog = spec.catalog();
    this.fields = new CandidateFields(catalog);
    FeaturePlans plans = new FeaturePlans(catalog, fields);
    this.features = spec.set() != null ? plans.ofSet(spec.set()) : plans.ofNames(spec.features());
    for (int group = 0; group < catalog.groups().size(); group++) {
      groupIndexes.put(catalog.groups().get(group).name(), group);
    }
    this.groups =
        features.groups().stream().mapToInt(group -> groupIndex(group.group().name())).toArray();
    this.labelFields =
        spec.labels().stream()
            .map(label -> label.by().stream().mapToInt(fields::index).toArray())
            .toArray(int[][]::new);
    this.verbs =
        VerbUse.of(
            catalog, features.groups().stream().map(GroupPlan::group).toList(), spec.labels());
    this.labelMillis =
        spec.labels().stream().mapToLong(label -> decidedMillis(label, catalog)).toArray();
  }

  /**
   * Checks the names on the command line against the catalog. A label without fields gets all key
   * fields of the features' groups.
   *
   * @throws IllegalStateException with the names that the catalog does not have
   */
  public static TrainingSpec checked(TrainingSpec spec) {
    TrainingSpec without = spec.with(List.of());
    FeaturePlan features;
    try {
      features = without.plan().features;
    } catch (RequestFault unknown) {
      throw new IllegalStateException(unknown.getMessage(), unknown);
    }
    List<String> keys = List.copyOf(keyFields(features));
    return spec.with(
        spec.labels().stream().map(label -> checked(label.by(keys), without.catalog())).toList());
  }

  private static Label checked(Label label, Catalog catalog) {
    if (!catalog.events().containsKey(label.event())) {
      throw new IllegalStateException(
          "--label %s: the catalog has no such event; it has %s"
              .formatted(label.event(), catalog.events().keySet()));
    }
    Set<String> known = new LinkedHashSet<>();
    catalog.groups().forEach(group -> known.addAll(group.keyFields()));
    for (String field : label.by()) {
      if (!known.contains(field)) {
        throw new IllegalStateException(
            "--label %s: by=%s is not a key field of the catalog; it has %s"
                .formatted(label.event(), field, known));
      }
    }
    if (label.by().isEmpty()) {
      throw new IllegalStateException(
          "--label %s: the features have no key fields; name some, such as by=userId"
              .formatted(label.event()));
    }
    Optional<Verb> session =
        VerbUse.of(catalog, label.event()).filter(verb -> verb.kind() == Verb.Kind.SESSION);
    if (session.isPresent() && !session.get().by().containsAll(label.by())) {
      throw new IllegalStateException(
          "--label %s: by=%s: a session has the fields %s alone; name them with by="
              .formatted(
                  label.event(),
                  String.join(",", label.by()),
                  String.join(",", session.get().by())));
    }
    return label;
  }

  private static Set<String> keyFields(FeaturePlan features) {
    Set<String> keys = new LinkedHashSet<>();
    features.groups().forEach(group -> keys.addAll(group.group().keyFields()));
    return keys;
  }

  public TrainingSpec spec() {
    return spec;
  }

  /** The catalog with a group for each label. */
  public Catalog catalog() {
    return catalog;
  }

  /** The fields of candidates that the catalog uses. */
  public CandidateFields fields() {
    return fields;
  }

  /** The features of a row. */
  public FeaturePlan features() {
    return features;
  }

  /** The fields that identify a row: the key fields of its features and labels. */
  public List<String> rowFields() {
    Set<String> keys = keyFields(features);
    spec.labels().forEach(label -> keys.addAll(label.by()));
    return List.copyOf(keys);
  }

  /** The index of a group in the catalog, by its index among the features' groups. */
  public int group(int ofFeatures) {
    return groups[ofFeatures];
  }

  /** The index of a group in the catalog, by its name. */
  public int groupIndex(String name) {
    return groupIndexes.get(name);
  }

  /** The index of a label's group in the catalog. */
  public int labelGroup(int label) {
    return catalog.groups().size() - spec.labels().size() + label;
  }

  /** Returns true if the group with this index in the catalog is a label's. */
  public boolean isLabelGroup(int group) {
    return group >= labelGroup(0);
  }

  /** Returns true if rows depend on what a verb makes or takes back. */
  public boolean needsVerbs() {
    return !verbs.isEmpty();
  }

  /** The indexes of events whose verb makes or takes back what rows depend on. */
  public BitSet neededVerbs() {
    return (BitSet) verbs.clone();
  }

  /** The fields of a label, as indexes in {@link #fields()}. */
  public int[] labelFields(int label) {
    return labelFields[label];
  }

  /**
   * How much later than a request the events have to go on, so that nothing can change a label of
   * it any more: as long as the label's time, and as long as a verb waits after that.
   */
  public long labelMillis(int label) {
    return labelMillis[label];
  }

  private static long decidedMillis(Label label, Catalog catalog) {
    long waitMillis =
        VerbUse.of(catalog, label.event())
            .filter(verb -> verb.kind() == Verb.Kind.WITHOUT || verb.kind() == Verb.Kind.SESSION)
            .map(verb -> verb.within().toMillis())
            .orElse(0L);
    return label.withinMillis() + waitMillis;
  }

  /** A reader of requests for these features. */
  public RequestReader reader() {
    return new RequestReader(fields, features, spec.timeField(), catalog.timestamps().unit());
  }

  /** The service's limits, all turned off. */
  public static LimitsProperties limits() {
    return new LimitsProperties(NO_LIMIT, 1_000, NO_LIMIT, 2_048, NO_LIMIT, NO_LIMIT);
  }
}
