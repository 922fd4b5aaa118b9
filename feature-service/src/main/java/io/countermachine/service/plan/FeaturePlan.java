package io.countermachine.service.plan;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.Group;
import io.countermachine.service.evaluate.CandidateFormula;
import io.countermachine.service.evaluate.GroupEvaluator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A list of features, resolved once: their groups, the fields of the keys, the slots that each
 * key's item fills, and the formulas that are evaluated per candidate. Immutable.
 */
public final class FeaturePlan {
  /** Replaces a group's index for a formula that is evaluated per candidate. */
  public static final int OF_CANDIDATE = -1;

  private final List<Feature> features;
  private final List<GroupPlan> groups;
  private final List<CandidateFormula> candidateFormulas = new ArrayList<>();
  private final List<Group> formulaGroups = new ArrayList<>();
  private final Set<String> formulaFields = new LinkedHashSet<>();
  private final int[] groupIndexes;
  private final int[] slots;
  private final List<String> names;
  private final byte[] namesJson;
  private final String catalogHash;
  private final byte[] catalogJson;
  private final CandidateFields candidateFields;
  private final Optional<String> setVersion;

  /**
   * Resolves features.
   *
   * @param setVersion the version of their set in the catalog; empty for none
   */
  FeaturePlan(
      List<Feature> features,
      CandidateFields candidateFields,
      String catalogHash,
      Optional<String> setVersion) {
    this.candidateFields = candidateFields;
    this.setVersion = setVersion;
    this.catalogHash = catalogHash;
    catalogJson = ('"' + catalogHash + '"').getBytes(StandardCharsets.US_ASCII);
    this.features = List.copyOf(features);
    names = this.features.stream().map(Feature::name).toList();
    groupIndexes = new int[features.size()];
    slots = new int[features.size()];
    Map<Group, GroupEvaluator.Builder> builders = new LinkedHashMap<>();
    List<Group> order = new ArrayList<>();
    for (int i = 0; i < slots.length; i++) {
      Feature feature = features.get(i);
      if (GroupEvaluator.Builder.isOfItem(feature)) {
        slots[i] = builder(feature.group(), builders, order).feature(feature);
        groupIndexes[i] = order.indexOf(feature.group());
      }
    }
    for (int i = 0; i < slots.length; i++) {
      Feature feature = features.get(i);
      if (!GroupEvaluator.Builder.isOfItem(feature)
          && feature.origin() instanceof Feature.Computed computed) {
        groupIndexes[i] = OF_CANDIDATE;
        slots[i] = candidateFormulas.size();
        candidateFormulas.add(candidateFormula(computed.formula(), builders, order));
        formulaGroups.add(feature.group());
      }
    }
    groups =
        order.stream()
            .map(group -> new GroupPlan(group, builders.get(group).build(), candidateFields))
            .toList();
    namesJson = namesJson(this.features);
  }

  private static GroupEvaluator.Builder builder(
      Group group, Map<Group, GroupEvaluator.Builder> builders, List<Group> order) {
    return builders.computeIfAbsent(
        group,
        missing -> {
          order.add(group);
          return new GroupEvaluator.Builder(group);
        });
  }

  private CandidateFormula candidateFormula(
      FeatureFormula formula, Map<Group, GroupEvaluator.Builder> builders, List<Group> order) {
    return new CandidateFormula(
        formula,
        operand -> {
          GroupEvaluator.Builder unused = builder(operand.group(), builders, order);
          return order.indexOf(operand.group());
        },
        operand -> builder(operand.group(), builders, order).operand(operand),
        field -> {
          formulaFields.add(field);
          return candidateFields.index(field);
        });
  }

  /** The hash of the catalog. */
  public String catalogHash() {
    return catalogHash;
  }

  /** The hash of the catalog, as a JSON string. */
  public byte[] catalogJson() {
    return catalogJson;
  }

  /** The version of the requested set, if the catalog has one. */
  public Optional<String> setVersion() {
    return setVersion;
  }

  /** The candidate fields that the catalog uses. */
  public CandidateFields candidateFields() {
    return candidateFields;
  }

  /** The candidate fields that the plan's formulas name. */
  public Set<String> formulaFields() {
    return formulaFields;
  }

  /** The formulas that are evaluated for each candidate. */
  public List<CandidateFormula> candidateFormulas() {
    return candidateFormulas;
  }

  /** The group that a formula over candidates belongs to. */
  public Group formulaGroup(int formula) {
    return formulaGroups.get(formula);
  }

  /** The requested features, in their order. */
  public List<Feature> features() {
    return features;
  }

  /** The distinct groups of the features and of the operands of their formulas. */
  public List<GroupPlan> groups() {
    return groups;
  }

  /** The number of features. */
  public int size() {
    return slots.length;
  }

  /**
   * Index in {@link #groups()} of the group whose item alone determines a feature, or {@link
   * #OF_CANDIDATE}.
   */
  public int groupIndex(int feature) {
    return groupIndexes[feature];
  }

  /** A feature's slot in its group, or its index in {@link #candidateFormulas()}. */
  public int slot(int feature) {
    return slots[feature];
  }

  /** The features' names. */
  public List<String> names() {
    return names;
  }

  /** The features' names as a JSON array. Do not modify it. */
  public byte[] namesJson() {
    return namesJson;
  }

  /** Names as a JSON array. */
  private static byte[] namesJson(List<Feature> features) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator =
        new JsonFactory().createGenerator(ObjectWriteContext.empty(), out)) {
      generator.writeStartArray();
      features.forEach(feature -> generator.writeString(feature.name()));
      generator.writeEndArray();
    }
    return out.toByteArray();
  }
}
