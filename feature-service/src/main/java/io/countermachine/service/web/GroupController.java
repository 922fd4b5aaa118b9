package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Quantity;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.service.admission.Admission;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.catalog.OfCatalog;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.PendingReads;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.StoreUnavailable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /v1/groups/{group}/{key}}: the stored counters of one key, and its values at an
 * instant.
 */
@RestController
@Tag(name = "groups", description = "the counters of one key")
class GroupController {
  private final Catalog catalog;
  private final OfCatalog<Map<String, GroupReport>> reports;
  private final CounterStore uncachedStore;
  private final Supplier<CountedMeasures> counted;
  private final KeyRules rules;
  private final Deadlines deadlines;
  private final Admission admission;
  private final Clock clock;

  GroupController(
      Catalog catalog,
      CurrentCatalog currentCatalog,
      @Qualifier("uncachedStore") CounterStore uncachedStore,
      Supplier<CountedMeasures> counted,
      KeyRules rules,
      RequestProperties properties,
      Admission admission,
      Clock clock) {
    this.catalog = catalog;
    this.reports = new OfCatalog<>(currentCatalog, GroupController::reports);
    this.uncachedStore = uncachedStore;
    this.counted = counted;
    this.rules = rules;
    this.deadlines = new Deadlines(properties);
    this.admission = admission;
    this.clock = clock;
  }

  private static Map<String, GroupReport> reports(Catalog catalog) {
    Map<String, GroupReport> reports = new HashMap<>();
    catalog.groups().forEach(group -> reports.put(group.name(), new GroupReport(group)));
    return reports;
  }

  @Operation(
      operationId = "counters",
      summary = "One key's stored and decayed counters",
      description =
          "The key is the table's, URL-encoded: the key fields' values joined with |, with \\ and | inside a value escaped"
              + " with \\. The key of a group without key fields is *. `stored` is as of lastUpdate; `decayed`,"
              + " `ratios` and `formulas` are as of asOf. A formula that needs another group's key or a candidate's"
              + " field has no value here (NO_KEY). If a rule blocks the key at asOf, only `stored` has values.")
  @ApiResponse(responseCode = "200", description = "the counters")
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NotFound")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @GetMapping(path = "/v1/groups/{group}/{key}", produces = MediaType.APPLICATION_JSON_VALUE)
  KeyCounters counters(
      @Parameter(description = "a group of the catalog", example = "user") @PathVariable("group")
          String groupName,
      @Parameter(description = "the table's key, URL-encoded", example = "u1") @PathVariable("key")
          String key,
      @Parameter(
              description = "the instant of decayed values, epoch milliseconds; default now",
              schema =
                  @Schema(
                      type = "integer",
                      format = "int64",
                      minimum = "0",
                      maximum = "253402300799999"))
          @RequestParam(name = "asOf", required = false)
          String asOf,
      HttpServletResponse http) {
    long now = clock.millis();
    long asOfMillis = asOf == null ? now : AsOf.parse(asOf);
    Group group = group(groupName);
    ServerTiming timing = new ServerTiming();
    timing.begin();
    ItemKey itemKey = new ItemKey(groupName, key);
    StoredItem item = read(group, itemKey, now);
    timing.storeEnds();
    KeyCounters counters =
        reports
            .get()
            .get(groupName)
            .of(key, item, asOfMillis, counted.get(), rules.block(itemKey, asOfMillis));
    timing.decayEnds();
    http.setHeader(ServerTiming.HEADER, timing.header());
    return counters;
  }

  @Operation(
      operationId = "series",
      summary = "The panes of an each_ interval, for dashboards",
      description =
          "The panes that start in [from, to), without the running one. A pane without events has the value 0, or null if"
              + " a value without events is undefined.")
  @ApiResponse(responseCode = "200", description = "the panes")
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NotFound")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @GetMapping(path = "/v1/groups/{group}/{key}/series", produces = MediaType.APPLICATION_JSON_VALUE)
  PaneSeries series(
      @Parameter(description = "a group of the catalog", example = "site") @PathVariable("group")
          String groupName,
      @Parameter(description = "the table's key, URL-encoded", example = "*") @PathVariable("key")
          String key,
      @Parameter(description = "a measure of the group", required = true, example = "view")
          @RequestParam(name = "measure", required = false)
          String measure,
      @Parameter(
              description =
                  "the length of a pane: one of the measure's each_ intervals; optional if it has "
                      + "only one",
              example = "1m")
          @RequestParam(name = "step", required = false)
          String step,
      @Parameter(
              description = "epoch milliseconds; default the oldest pane that is kept",
              schema = @Schema(type = "integer", format = "int64", minimum = "0"))
          @RequestParam(name = "from", required = false)
          String from,
      @Parameter(
              description = "epoch milliseconds; default now",
              schema = @Schema(type = "integer", format = "int64", minimum = "0"))
          @RequestParam(name = "to", required = false)
          String to,
      HttpServletResponse http) {
    long now = clock.millis();
    Group group = group(groupName);
    PaneSeriesRequest request = PaneSeriesRequest.of(group, measure, step, from, to, now);
    ServerTiming timing = new ServerTiming();
    timing.begin();
    StoredItem item = read(group, new ItemKey(groupName, key), now);
    timing.storeEnds();
    PaneSeries series = request.of(key, item, counted.get());
    timing.decayEnds();
    http.setHeader(ServerTiming.HEADER, timing.header());
    return series;
  }

  private Group group(String name) {
    return catalog.group(name).orElseThrow(() -> RequestFault.unknownGroup(name, catalog));
  }

  private StoredItem read(Group group, ItemKey key, long clockMillis) {
    ReadResult result =
        ItemKey.fits(key.key()) && !key.key().isEmpty()
            ? readFromTable(key)
            : ReadResult.absent(System.nanoTime());
    if (result.failed()) {
      throw new StoreUnavailable();
    }
    if (result.item() == null || result.item().isExpiredAt(clockMillis)) {
      throw RequestFault.notFound(
          "nothing is stored for key %s in group %s%s"
              .formatted(key.key(), key.group(), partsHint(group, key)));
    }
    return result.item();
  }

  /** Explains how the group's keys are formed, if this one cannot be valid. */
  private static String partsHint(Group group, ItemKey key) {
    List<String> fields = group.keyFields();
    if (fields.isEmpty()) {
      return key.key().equals(ItemKey.EVERYTHING) ? "" : "; its only key is " + ItemKey.EVERYTHING;
    }
    int given = ItemKey.parts(key.key());
    if (given == fields.size()) {
      return "";
    }
    return fields.size() == 1
        ? "; its keys are one %s, where | and \\ are written \\| and \\\\, and this is %s"
            .formatted(fields.get(0), Quantity.of(given, "value"))
        : "; its keys are %d values joined with |, %s, and this is %d"
            .formatted(fields.size(), String.join("|", fields), given);
  }

  private ReadResult readFromTable(ItemKey key) {
    Deadline deadline = deadlines.standard();
    try (Admission.Permit permit = admission.admit(deadline.remainingNanos())) {
      ReadResult result = PendingReads.read(uncachedStore, List.of(key), deadline)[0];
      if (!result.failed()) {
        permit.complete();
      } else {
        permit.incomplete(deadline.remainingNanos() <= 0);
      }
      return result;
    }
  }
}
