package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.Durations;
import io.countermachine.catalog.Emission;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureSet;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.GroupFormula;
import io.countermachine.catalog.Metadata;
import io.countermachine.catalog.Precision;
import io.countermachine.catalog.Ratio;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Verb;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.catalog.OfCatalog;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET /v1/catalog}: what callers can request. */
@RestController
@Tag(name = "catalog", description = "what you can request")
class CatalogController {
  private final OfCatalog<CatalogView> view;

  CatalogController(CurrentCatalog catalog) {
    this.view = new OfCatalog<>(catalog, CatalogView::of);
  }

  @Operation(operationId = "catalog", summary = "Groups, measures, intervals, features and sets")
  @ApiResponse(responseCode = "200", description = "the catalog")
  @GetMapping(path = "/v1/catalog", produces = MediaType.APPLICATION_JSON_VALUE)
  CatalogView catalog() {
    return view.get();
  }

  /** The catalog in the form of its JSON. */
  @Schema(
      name = "Catalog",
      requiredProperties = {
        "hash",
        "timestamps",
        "deduplicate",
        "lateness",
        "fields",
        "rules",
        "storage",
        "events",
        "groups",
        "sets",
        "setDetails"
      })
  record CatalogView(
      @Schema(
              description = "the catalog's hash, as in metadata.catalog",
              example = "8d12f0c46a7b9e35")
          String hash,
      TimestampsView timestamps,
      DeduplicationView deduplicate,
      @Schema(
              description = "how late an event may be and still correct derived events",
              example = "1h")
          String lateness,
      Map<String, List<String>> fields,
      RulesView rules,
      StorageView storage,
      Map<String, EventView> events,
      Map<String, GroupView> groups,
      Map<String, List<String>> sets,
      @Schema(description = "what the catalog says about each set")
          Map<String, SetView> setDetails) {

    static CatalogView of(Catalog catalog) {
      Map<String, EventView> events = new LinkedHashMap<>();
      catalog.events().forEach((name, type) -> events.put(name, EventView.of(type, catalog)));
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
          Durations.format(catalog.lateness()),
          fields,
          catalog.rules().map(RulesView::of).orElse(null),
          new StorageView(catalog.itemFormat().name().toLowerCase(Locale.ROOT)),
          events,
          groups,
          sets,
          byName(catalog.featureSets(), SetView::of));
    }
  }

  private static <T, V> Map<String, V> byName(Map<String, T> all, Function<T, V> view) {
    Map<String, V> views = new LinkedHashMap<>();
    all.forEach((name, each) -> views.put(name, view.apply(each)));
    return views;
  }

  @Schema(
      name = "FeatureSet",
      requiredProperties = {"description", "owner", "version"})
  record SetView(
      @Schema(nullable = true) String description,
      @Schema(nullable = true) String owner,
      @Schema(nullable = true) String version) {
    static SetView of(FeatureSet set) {
      return new SetView(
          set.metadata().description().orElse(null),
          set.metadata().owner().orElse(null),
          set.version().orElse(null));
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

  @Schema(
      name = "Rules",
      requiredProperties = {"topic", "lists"})
  record RulesView(
      @Schema(description = "the Kafka topic of the rules", example = "rules") String topic,
      @Schema(
              description = "by list, the field whose values it contains",
              example = "{\"bots\": \"userId\"}")
          Map<String, String> lists) {
    static RulesView of(Rules rules) {
      return new RulesView(rules.topic(), rules.lists());
    }
  }

  @Schema(name = "Storage", requiredProperties = "format")
  record StorageView(
      @Schema(
              description = "the format in which the job writes items; readers understand both",
              allowableValues = {"readable", "packed"})
          String format) {}

  @Schema(
      name = "EventType",
      requiredProperties = {"value", "of", "where", "verb", "unless"})
  record EventView(
      @Schema(description = "the field that sums add up; null for none", nullable = true)
          String value,
      @Schema(
              description =
                  "the source events of a derived event, each with its weight, a formula over the "
                      + "event's fields; for a session, the events that it consists of; empty for an "
                      + "event of records")
          Map<String, String> of,
      @Schema(description = "the condition on which it is derived; null for none", nullable = true)
          String where,
      VerbView verb,
      @Schema(description = "the lists that block it") List<String> unless) {
    static EventView of(EventType type, Catalog catalog) {
      Map<String, String> sources = new LinkedHashMap<>();
      type.derivation()
          .ifPresent(
              derivation ->
                  derivation
                      .sources()
                      .forEach(
                          (name, weight) ->
                              sources.put(name, weight.map(EventExpression::text).orElse("1"))));
      return new EventView(
          type.valueField().orElse(null),
          sources,
          type.derivation().flatMap(Derivation::where).map(EventExpression::text).orElse(null),
          type.verb().map(VerbView::of).orElse(null),
          catalog.rules().map(rules -> rules.unless(type.name())).orElse(List.of()));
    }
  }

  @Schema(
      name = "Verb",
      requiredProperties = {"kind", "by", "events", "within", "gap", "most", "settled", "emit"})
  record VerbView(
      @Schema(
              description =
                  "undoes: takes another event back; once: the first event, then none for a time; "
                      + "without: an event that no other one followed; then: an event that another one "
                      + "followed; session: a run of events",
              allowableValues = {"undoes", "once", "without", "then", "session"})
          String kind,
      @Schema(description = "the fields whose values its events share") List<String> by,
      @Schema(
              description =
                  "undoes: the event that is taken back; without, then: the events that must not "
                      + "follow, or must; session: the events that it consists of; empty for once",
              example = "[\"like\"]")
          List<String> events,
      @Schema(
              description = "the longest time between the two events; null for a session",
              example = "5m",
              nullable = true)
          String within,
      @Schema(
              description = "the pause that ends a session; null for other kinds",
              example = "30m",
              nullable = true)
          String gap,
      @Schema(
              description = "the longest duration of a session; null for no limit",
              example = "12h",
              nullable = true)
          String most,
      @Schema(description = "whether it is derived only once no late event can change it")
          boolean settled,
      @Schema(
              description = "the Kafka topic to which sessions are also written; null for none",
              example = "sessions",
              nullable = true)
          String emit) {
    static VerbView of(Verb verb) {
      String time = Durations.format(verb.within());
      boolean isSession = verb.kind() == Verb.Kind.SESSION;
      return new VerbView(
          verb.kind().word(),
          verb.by(),
          verb.others(),
          isSession ? null : time,
          isSession ? time : null,
          verb.most().map(Durations::format).orElse(null),
          verb.isSettled(),
          verb.emit().map(Emission::topic).orElse(null));
    }
  }

  @Schema(
      name = "Measure",
      requiredProperties = {
        "kind",
        "type",
        "events",
        "intervals",
        "fields",
        "unit",
        "description",
        "owner"
      })
  record MeasureView(
      @Schema(description = "the kind of measure", example = "count") String kind,
      @Schema(
              description = "the type of its values",
              allowableValues = {"number", "map", "list", "number or text"})
          String type,
      @Schema(description = "the events that feed it") List<String> events,
      @Schema(description = "empty for lists, firsts and lasts, which have none")
          List<String> intervals,
      @Schema(
              description =
                  "the fields of a list's entries, or the field of a first or last; empty for others")
          List<String> fields,
      @Schema(nullable = true) String unit,
      @Schema(nullable = true) String description,
      @Schema(nullable = true) String owner) {
    static MeasureView of(Group group, int index) {
      Output output = group.itemSchema().output(index);
      Metadata metadata = group.metadata(output.name());
      return new MeasureView(
          output.kind().id().toLowerCase(Locale.ROOT),
          typeName(output.form()),
          group.feeds().stream()
              .filter(feed -> feed.measure() == output.measure())
              .map(Feed::event)
              .toList(),
          group.outputIntervals(index).stream().map(Interval::label).toList(),
          output.kind().fields(),
          metadata.unit().orElse(null),
          metadata.description().orElse(null),
          metadata.owner().orElse(null));
    }
  }

  private static String typeName(Form form) {
    return switch (form) {
      case DECAYING, CONSTANT -> "number";
      case LABELS -> "map";
      case LIST -> "list";
      case SCALAR -> "number or text";
    };
  }

  @Schema(
      name = "Formula",
      requiredProperties = {"formula", "type", "features", "unit", "description", "owner"})
  record FormulaView(
      @Schema(example = "like / view") String formula,
      @Schema(
              description = "the type of its values",
              allowableValues = {"number", "text", "number or text"})
          String type,
      @Schema(description = "its features, one for each interval") List<String> features,
      @Schema(nullable = true) String unit,
      @Schema(nullable = true) String description,
      @Schema(nullable = true) String owner) {
    static FormulaView of(Group group, GroupFormula formula) {
      List<Feature> features =
          group.features().stream()
              .filter(
                  feature ->
                      feature.origin() instanceof Feature.Computed computed
                          && computed.formula().definition().name().equals(formula.name()))
              .toList();
      return new FormulaView(
          formula.formula().text(),
          features.get(0).type().name().toLowerCase(Locale.ROOT).replace('_', ' '),
          features.stream().map(Feature::name).toList(),
          formula.metadata().unit().orElse(null),
          formula.metadata().description().orElse(null),
          formula.metadata().owner().orElse(null));
    }
  }

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
      String of = group.itemSchema().output(ratio.of()).name();
      String per = group.itemSchema().output(ratio.per()).name();
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
        "measures",
        "ratios",
        "formulas",
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
      @Schema(description = "everything that items hold, including counts and sums")
          Map<String, MeasureView> measures,
      Map<String, RatioView> ratios,
      @Schema(description = "everything that is computed at query time, including ratios")
          Map<String, FormulaView> formulas,
      @Schema(description = "every interval that a measure of the group has")
          List<String> intervals,
      @Schema(
              description = "how long idle keys are kept; null if they are kept for ever",
              nullable = true)
          String retain,
      @Schema(
              description =
                  "the relative error that a stored value may have; 0 if every change is written",
              example = "0.001")
          double precision,
      @Schema(
              description = "how long a change may wait to be written; null if none waits",
              example = "10s",
              nullable = true)
          String maxStale,
      List<String> features) {

    static GroupView of(Group group) {
      Map<String, RatioView> ratios = new LinkedHashMap<>();
      Map<String, String> events = new LinkedHashMap<>();
      for (Feed feed : group.feeds()) {
        Measure fed = group.schema().measures().get(feed.measure());
        if (fed.kind().isAmount()) {
          events.put(fed.name(), feed.event());
        }
      }
      Map<String, MeasureView> all = new LinkedHashMap<>();
      for (int output = 0; output < group.itemSchema().outputs().size(); output++) {
        all.put(group.itemSchema().output(output).name(), MeasureView.of(group, output));
      }
      Map<String, FormulaView> formulas = new LinkedHashMap<>();
      group
          .formulas()
          .forEach(formula -> formulas.put(formula.name(), FormulaView.of(group, formula)));
      group.ratios().forEach(ratio -> ratios.put(ratio.name(), RatioView.of(group, ratio)));
      return new GroupView(
          group.keyFields(),
          measures(group, MeasureKind.count()),
          measures(group, MeasureKind.sum()),
          events,
          all,
          ratios,
          formulas,
          group.schema().intervals().stream().map(Interval::label).toList(),
          group.retain().map(Durations::format).orElse(null),
          group.precision().map(Precision::fraction).orElse(0.0),
          group.precision().map(Precision::maxStale).map(Durations::format).orElse(null),
          group.features().stream().map(Feature::name).toList());
    }

    private static List<String> measures(Group group, MeasureKind kind) {
      return group.schema().measures().stream()
          .filter(measure -> measure.kind().id().equals(kind.id()))
          .map(Measure::name)
          .toList();
    }
  }
}
