package io.countermachine.service.web;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.FeatureSetHash;
import io.countermachine.catalog.Suggestions;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.catalog.OfCatalog;
import io.countermachine.service.plan.CandidateFields;
import io.countermachine.service.plan.FeaturePlan;
import io.countermachine.service.plan.FeaturePlans;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.problem.RequestFault;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /v1/sets} lists the sets. {@code GET /v1/sets/{set}} describes a set's features for a
 * model, with a hash to pin.
 */
@RestController
@Tag(name = "catalog", description = "what you can request")
class SetController {
  private final OfCatalog<Sets> current;

  SetController(CurrentCatalog catalog, LimitsProperties limits) {
    current = new OfCatalog<>(catalog, now -> views(now, limits));
  }

  /** The prepared responses of the two calls. */
  private record Sets(String catalog, Map<String, SetView> byName) {}

  private static Sets views(Catalog catalog, LimitsProperties limits) {
    FeaturePlans plans = new FeaturePlans(catalog, new CandidateFields(catalog));
    Map<String, SetView> sets = new LinkedHashMap<>();
    for (FeatureSet set : catalog.featureSets().values()) {
      FeaturePlan plan = plans.ofSet(set.name());
      sets.put(set.name(), SetView.of(set, catalog, FeatureDefaults.of(plan, limits)));
    }
    return new Sets(catalog.hash(), sets);
  }

  @Operation(
      operationId = "sets",
      summary = "Every set of the catalog, with its version and its number of features")
  @ApiResponse(responseCode = "200", description = "the sets, in the catalog's order")
  @GetMapping(path = "/v1/sets", produces = MediaType.APPLICATION_JSON_VALUE)
  SetsView sets() {
    return SetsView.of(current.get());
  }

  @Operation(
      operationId = "set",
      summary = "A set's features, with types, units and defaults, and a hash to pin",
      description =
          """
          Keep the hash that a model was trained with, and send it as setHash: if the set means something else by then, the
          request is refused with 409. The hash has three parts: the features and their order; the type, unit and default
          of each; how each is computed. Descriptions, owners and the version are not part of it.""")
  @ApiResponse(responseCode = "200", description = "the set")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NotFound")
  @GetMapping(path = "/v1/sets/{set}", produces = MediaType.APPLICATION_JSON_VALUE)
  SetView set(@Parameter(example = "home_feed") @PathVariable("set") String name) {
    Map<String, SetView> sets = current.get().byName();
    SetView set = sets.get(name);
    if (set == null) {
      throw RequestFault.notFound(
          "there is no set %s; %s"
              .formatted(name, Suggestions.of(name, List.copyOf(sets.keySet()))));
    }
    return set;
  }

  @Schema(
      name = "Sets",
      requiredProperties = {"catalog", "sets"})
  record SetsView(
      @Schema(description = "as in metadata.catalog", example = "8d12f0c46a7b9e35") String catalog,
      List<SetSummary> sets) {
    private static SetsView of(Sets sets) {
      return new SetsView(
          sets.catalog(), sets.byName().values().stream().map(SetSummary::of).toList());
    }
  }

  @Schema(
      name = "SetSummary",
      requiredProperties = {"name", "hash", "version", "description", "owner", "features"})
  record SetSummary(
      @Schema(example = "home_feed") String name,
      @Schema(
              description = "the hash that a request may send as setHash",
              example = "8d12f0c4-0b7b9e35-51c0ffee",
              pattern = "^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
          String hash,
      @Schema(description = "as in the catalog; null if it has none", nullable = true)
          String version,
      @Schema(nullable = true) String description,
      @Schema(nullable = true) String owner,
      @Schema(description = "the number of its features", example = "5") int features) {
    private static SetSummary of(SetView set) {
      return new SetSummary(
          set.name(),
          set.hash(),
          set.version(),
          set.description(),
          set.owner(),
          set.features().size());
    }
  }

  @Schema(
      name = "SetDetails",
      requiredProperties = {
        "name",
        "hash",
        "version",
        "description",
        "owner",
        "catalog",
        "features"
      })
  record SetView(
      @Schema(example = "home_feed") String name,
      @Schema(
              description = "the hash that a request may send as setHash",
              example = "8d12f0c4-0b7b9e35-51c0ffee",
              pattern = "^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$")
          String hash,
      @Schema(description = "as in the catalog; null if it has none", nullable = true)
          String version,
      @Schema(nullable = true) String description,
      @Schema(nullable = true) String owner,
      @Schema(description = "as in metadata.catalog", example = "8d12f0c46a7b9e35") String catalog,
      @Schema(description = "in the order of a response's values") List<FeatureView> features) {
    static SetView of(FeatureSet set, Catalog catalog, Map<String, Object> defaults) {
      return new SetView(
          set.name(),
          FeatureSetHash.of(set, catalog).toString(),
          set.version().orElse(null),
          set.metadata().description().orElse(null),
          set.metadata().owner().orElse(null),
          catalog.hash(),
          set.features().stream()
              .map(feature -> FeatureView.of(feature, defaults.get(feature.name())))
              .toList());
    }
  }

  @Schema(
      name = "SetFeature",
      requiredProperties = {"name", "type", "unit", "default", "description"})
  record FeatureView(
      @Schema(example = "post.ctr.1h") String name,
      @Schema(
              description = "the type of its values, besides null",
              allowableValues = {"number", "map", "list", "text", "number or text"})
          String type,
      @Schema(nullable = true) String unit,
      @Schema(
              name = "default",
              description = "its value if nothing is stored: a number, {}, [] or null")
          @JsonProperty("default")
          Object defaultValue,
      @Schema(nullable = true) String description) {
    static FeatureView of(Feature feature, Object defaultValue) {
      return new FeatureView(
          feature.name(),
          feature.type().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          feature.metadata().unit().orElse(null),
          defaultValue,
          feature.metadata().description().orElse(null));
    }
  }
}
