package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.MeasureKind;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/catalog}: what there is to ask for. */
@RestController
@Tag(name = "catalog", description = "what there is to ask for")
class CatalogController {
  private final CatalogView view;

  CatalogController(Catalog catalog) {
    this.view = CatalogView.of(catalog);
  }

  @Operation(operationId = "catalog", summary = "Groups, measures, intervals, features and sets")
  @ApiResponse(responseCode = "200", description = "the catalog")
  @GetMapping(path = "/v1/catalog", produces = MediaType.APPLICATION_JSON_VALUE)
  CatalogView catalog() {
    return view;
  }

  /** The catalog as JSON shows it. */
  @Schema(
      name = "Catalog",
      requiredProperties = {
        "hash",
        "timestamps",
        "deduplicate",
        "fields",
        "storage",
        "events",
        "groups",
        "sets"
      })
  record CatalogView(
      @Schema(
              description = "stands for the catalog's text; the same in metadata.catalog",
              example = "8d12f0c46a7b9e35")
          String hash,
      TimestampsView timestamps,
      DeduplicationView deduplicate,
      Map<String, List<String>> fields,
      StorageView storage,
      Map<String, EventView> events,
      Map<String, GroupView> groups,
      Map<String, List<String>> sets) {

    static CatalogView of(Catalog catalog) {
      Map<String, EventView> events = new LinkedHashMap<>();
      catalog
          .events()
          .forEach((name, type) -> events.put(name, new EventView(type.valueField().orElse(null))));
      Map<String, GroupView> groups = new LinkedHashMap<>();
      catalog.groups().forEach(group -> groups.put(group.name(), GroupView.of(group)));
      Map<String, List<String>> fields = new LinkedHashMap<>();
      catalog.fields().forEach((name, place) -> fields.put(name, place.path()));
      Map<String, List<String>> sets = new LinkedHashMap<>();
      catalog
          .sets()
          .forEach(
              (name, features) -> sets.put(name, features.stream().map(Feature::name).toList()));
      return new CatalogView(
          catalog.hash(),
          new TimestampsView(
              catalog.timestamps().unit().label(),
              Durations.format(catalog.timestamps().maxAhead())),
          catalog.deduplication().map(DeduplicationView::of).orElse(null),
          fields,
          new StorageView(catalog.itemFormat().name().toLowerCase(Locale.ROOT)),
          events,
          groups,
          sets);
    }
  }

  @Schema(
      name = "Timestamps",
      requiredProperties = {"unit", "maxAhead"})
  record TimestampsView(
      @Schema(example = "seconds") String unit, @Schema(example = "1m") String maxAhead) {}

  @Schema(
      name = "Deduplication",
      requiredProperties = {"field", "within"})
  record DeduplicationView(
      @Schema(example = "eventId") String field, @Schema(example = "1h") String within) {
    static DeduplicationView of(Deduplication rule) {
      return new DeduplicationView(rule.field(), Durations.format(rule.within()));
    }
  }

  @Schema(name = "Storage", requiredProperties = "format")
  record StorageView(
      @Schema(
              description = "how the job writes items; every reader reads both forms",
              allowableValues = {"readable", "packed"})
          String format) {}

  @Schema(name = "EventType", requiredProperties = "value")
  record EventView(
      @Schema(description = "the field that sums add up; null for none", nullable = true)
          String value) {}

  @Schema(
      name = "Ratio",
      requiredProperties = {"of", "per", "prior", "weight", "formula"})
  record RatioView(
      @Schema(example = "like") String of,
      @Schema(example = "view") String per,
      @Schema(description = "null for a plain ratio", nullable = true) Double prior,
      @Schema(description = "null for a plain ratio", nullable = true) Double weight,
      @Schema(example = "like / view") String formula) {
    static RatioView of(Group group, Ratio ratio) {
      String of = group.measures().get(ratio.of()).name();
      String per = group.measures().get(ratio.per()).name();
      return ratio.isSmoothed()
          ? new RatioView(
              of,
              per,
              ratio.prior(),
              ratio.weight(),
              "(%s + %s * %s) / (%s + %s)"
                  .formatted(of, ratio.weight(), ratio.prior(), per, ratio.weight()))
          : new RatioView(of, per, null, null, of + " / " + per);
    }
  }

  @Schema(
      name = "Group",
      requiredProperties = {
        "key",
        "counts",
        "sums",
        "events",
        "ratios",
        "intervals",
        "retain",
        "precision",
        "maxStale",
        "features"
      })
  record GroupView(
      List<String> key,
      List<String> counts,
      List<String> sums,
      @Schema(description = "the event that feeds each count and sum, by the measure's name")
          Map<String, String> events,
      Map<String, RatioView> ratios,
      List<String> intervals,
      @Schema(description = "how long idle keys are kept; null for ever", nullable = true)
          String retain,
      @Schema(
              description =
                  "by what part of itself a stored value may differ from the truth; 0 where every"
                      + " change is written",
              example = "0.001")
          double precision,
      @Schema(
              description = "how long a change may wait for its write; null where none waits",
              example = "10s",
              nullable = true)
          String maxStale,
      List<String> features) {

    static GroupView of(Group group) {
      Map<String, RatioView> ratios = new LinkedHashMap<>();
      Map<String, String> events = new LinkedHashMap<>();
      group.measures().forEach(measure -> events.put(measure.name(), measure.event()));
      group.ratios().forEach(ratio -> ratios.put(ratio.name(), RatioView.of(group, ratio)));
      return new GroupView(
          group.keyFields(),
          measures(group, MeasureKind.COUNT),
          measures(group, MeasureKind.SUM),
          events,
          ratios,
          group.intervals().stream().map(Interval::label).toList(),
          group.retain().map(Durations::format).orElse(null),
          group.precision().map(Precision::fraction).orElse(0.0),
          group.precision().map(Precision::maxStale).map(Durations::format).orElse(null),
          group.features().stream().map(Feature::name).toList());
    }

    private static List<String> measures(Group group, MeasureKind kind) {
      return group.measures().stream()
          .filter(measure -> measure.kind() == kind)
          .map(Measure::name)
          .toList();
    }
  }
}
