package io.countermachine.service.plan;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/**
 * A list of features, resolved once to what evaluation needs: groups, the fields of their keys and
 * the slots that each key's counters fill. Immutable.
 */
public final class FeaturePlan {
  private final List<Feature> features;
  private final List<GroupPlan> groups;
  private final int[] groupIndexes;
  private final int[] slots;
  private final byte[] namesJson;
  private final byte[] catalogJson;
  private final KeyFields keyFields;

  FeaturePlan(List<Feature> features, KeyFields keyFields, String catalogHash) {
    this.keyFields = keyFields;
    catalogJson = ('"' + catalogHash + '"').getBytes(StandardCharsets.US_ASCII);
    this.features = List.copyOf(features);
    groupIndexes = new int[features.size()];
    slots = new int[features.size()];
    Map<Group, List<Feature>> byGroup = new LinkedHashMap<>();
    features.forEach(
        feature -> byGroup.computeIfAbsent(feature.group(), group -> new ArrayList<>()));
    List<Group> order = List.copyOf(byGroup.keySet());
    for (int i = 0; i < slots.length; i++) {
      List<Feature> filled = byGroup.get(features.get(i).group());
      groupIndexes[i] = order.indexOf(features.get(i).group());
      slots[i] = filled.size();
      filled.add(features.get(i));
    }
    groups =
        order.stream().map(group -> new GroupPlan(group, byGroup.get(group), keyFields)).toList();
    namesJson = namesJson(this.features);
  }

  /** The hash of the catalog, as a JSON string. */
  public byte[] catalogJson() {
    return catalogJson;
  }

  /** The fields that make keys. */
  KeyFields keyFields() {
    return keyFields;
  }

  List<Feature> features() {
    return features;
  }

  /** The distinct groups of the features. */
  public List<GroupPlan> groups() {
    return groups;
  }

  /** Number of features. */
  public int size() {
    return slots.length;
  }

  /** Index of a feature's group in {@link #groups()}. */
  public int groupIndex(int feature) {
    return groupIndexes[feature];
  }

  /** A feature's place among those of its group. */
  public int slot(int feature) {
    return slots[feature];
  }

  /** The features' names as a JSON array; not to be changed. */
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
