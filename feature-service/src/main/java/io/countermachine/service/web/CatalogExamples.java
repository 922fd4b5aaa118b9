package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.Interval;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.GroupPlan;
import io.countermachine.service.plan.LimitsProperties;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.examples.Example;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.parameters.Parameter;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.stereotype.Component;

/**
 * Makes the examples of the API description fit the user's own catalog. Otherwise "Try it out"
 * would fill in sets and groups that do not exist. The examples of the bundled catalog are
 * annotated beside the calls.
 */
@Component
class CatalogExamples implements OpenApiCustomizer {
  private static final String JSON = "application/json";
  private static final long AS_OF = 1_707_605_600_000L;
  private static final int CANDIDATES = 2;
  private static final int FEATURES = 3;

  private final CurrentCatalog catalogs;
  private final LimitsProperties limits;

  CatalogExamples(CurrentCatalog catalogs, LimitsProperties limits) {
    this.catalogs = catalogs;
    this.limits = limits;
  }

  @Override
  public void customise(OpenAPI api) {
    Catalog catalog = catalogs.get();
    if (catalog.hash().equals(CatalogLoader.loadBundled().hash())) {
      return;
    }
    Optional<FeatureSet> set = catalog.featureSets().values().stream().findFirst();
    features(api, catalog, set);
    String setName = set.map(FeatureSet::name).orElse("");
    parameter(api.getPaths().get("/v1/sets/{set}").getGet(), "set", setName);
    for (String schema : List.of("SetDetails", "SetSummary")) {
      property(api, schema, "name", setName);
    }
    property(api, "FeatureRequest", "set", setName);
    Group first = catalog.groups().get(0);
    group(api.getPaths().get("/v1/groups/{group}/{key}").getGet(), first);
    series(api.getPaths().get("/v1/groups/{group}/{key}/series").getGet(), catalog, first);
  }

  private void features(OpenAPI api, Catalog catalog, Optional<FeatureSet> set) {
    List<Feature> features =
        set.map(FeatureSet::features)
            .orElseGet(() -> catalog.features().values().stream().limit(FEATURES).toList());
    Map<String, Object> request = new LinkedHashMap<>();
    List<String> names = features.stream().map(Feature::name).toList();
    FeaturePlan plan = new FeaturePlans(catalog, new CandidateFields(catalog)).ofNames(names);
    if (set.isPresent()) {
      request.put("set", set.get().name());
    } else {
      request.put("features", names);
    }
    Set<String> fields = fields(plan);
    request.put("candidates", List.of(candidate(fields, 1), candidate(fields, CANDIDATES)));
    request.put("include", List.of("statuses"));
    Operation call = api.getPaths().get("/v1/features").getPost();
    MediaType body = call.getRequestBody().getContent().get(JSON);
    String title = set.map(named -> "set " + named.name()).orElse("features");
    body.setExamples(new LinkedHashMap<>(Map.of(title, new Example().value(request))));
    MediaType answer = call.getResponses().get("200").getContent().get(JSON);
    answer.setExamples(null);
    answer.setExample(answer(names, FeatureDefaults.of(plan, limits), catalog.hash()));
  }

  /** The candidate fields that the features need. */
  private static Set<String> fields(FeaturePlan plan) {
    Set<String> fields = new LinkedHashSet<>();
    for (GroupPlan group : plan.groups()) {
      fields.addAll(group.group().keyFields());
    }
    fields.addAll(plan.formulaFields());
    return fields;
  }

  private static Map<String, Object> candidate(Set<String> fields, int number) {
    Map<String, Object> candidate = new LinkedHashMap<>();
    fields.forEach(field -> candidate.put(field, value(field, number)));
    return candidate;
  }

  private static String value(String field, int number) {
    return field + "-" + number;
  }

  /** The example response: nothing is stored for either candidate. */
  private static Map<String, Object> answer(
      List<String> names, Map<String, Object> defaults, String hash) {
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("asOf", AS_OF);
    metadata.put("features", names);
    metadata.put("partial", false);
    metadata.put("catalog", hash);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("values", names.stream().map(defaults::get).toList());
    result.put("statuses", Collections.nCopies(names.size(), "NOT_FOUND"));
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("metadata", metadata);
    answer.put("results", Collections.nCopies(CANDIDATES, result));
    return answer;
  }

  private static void group(Operation call, Group group) {
    parameter(call, "group", group.name());
    parameter(call, "key", key(group));
  }

  private static String key(Group group) {
    return ItemKey.join(
        group.keyFields().stream().map(field -> value(field, 1)).toArray(String[]::new));
  }

  /** Uses the first group that keeps panes. If there is none, the call has no valid example. */
  private static void series(Operation call, Catalog catalog, Group first) {
    for (Group group : catalog.groups()) {
      for (int output = 0; output < group.itemSchema().outputs().size(); output++) {
        Optional<Interval> each =
            group.outputIntervals(output).stream()
                .filter(interval -> interval.kind() == Interval.Kind.EACH)
                .findFirst();
        if (each.isPresent()) {
          group(call, group);
          parameter(call, "measure", group.itemSchema().output(output).name());
          parameter(call, "step", Durations.format(Duration.ofMillis(each.get().millis())));
          return;
        }
      }
    }
    group(call, first);
    parameter(call, "measure", first.itemSchema().output(0).name());
    parameter(call, "step", "");
  }

  /** Sets a parameter's example; empty for none. */
  private static void parameter(Operation call, String name, String example) {
    for (Parameter parameter : call.getParameters()) {
      if (parameter.getName().equals(name)) {
        parameter.setExample(example.isEmpty() ? null : example);
      }
    }
  }

  private static void property(OpenAPI api, String schema, String name, String example) {
    Schema<?> property =
        (Schema<?>) api.getComponents().getSchemas().get(schema).getProperties().get(name);
    property.setExample(example.isEmpty() ? null : example);
  }
}
