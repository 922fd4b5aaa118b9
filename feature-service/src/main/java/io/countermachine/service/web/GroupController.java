package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import io.countermachine.catalog.Ratio;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredCounters;
import io.countermachine.service.admission.Admission;
import io.countermachine.service.evaluate.CounterView;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.AsOf;
import io.countermachine.service.problem.RequestFault;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleBiFunction;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET /v1/groups/{group}/{key}}: what is stored for one key, and what it is worth at an
 * instant.
 */
@RestController
@Tag(name = "groups", description = "what is stored for one key")
class GroupController {
  private final Catalog catalog;
  private final CounterStore uncachedStore;
  private final Deadlines deadlines;
  private final Admission admission;
  private final Clock clock;

  GroupController(
      Catalog catalog,
      @Qualifier("uncachedStore") CounterStore uncachedStore,
      RequestProperties properties,
      Admission admission,
      Clock clock) {
    this.catalog = catalog;
    this.uncachedStore = uncachedStore;
    this.deadlines = new Deadlines(properties);
    this.admission = admission;
    this.clock = clock;
  }

  @Operation(
      operationId = "counters",
      summary = "One key's stored and decayed counters",
      description =
          "The key is the table's: the key fields' values joined with |, where \\ and | inside a value are escaped with \\;"
              + " URL-encoded. `stored` is as of lastUpdate, `decayed` and `ratios` as of asOf.")
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
    Group group =
        catalog.group(groupName).orElseThrow(() -> RequestFault.unknownGroup(groupName, catalog));
    ServerTiming timing = new ServerTiming();
    timing.begin();
    StoredCounters item = read(group, new ItemKey(groupName, key), now);
    timing.storeEnds();
    CounterView view = new CounterView(item.counters(), asOfMillis);
    KeyCounters counters =
        new KeyCounters(
            groupName,
            key,
            asOfMillis,
            item.counters().lastUpdateMillis(),
            item.expiresAtSeconds().isPresent() ? item.expiresAtSeconds().getAsLong() : null,
            view.isNewer() ? Status.NEWER : Status.OK,
            byMeasure(group, item.counters()::stored, item.counters()),
            byMeasure(group, view::value, null),
            ratios(group, view));
    timing.decayEnds();
    http.setHeader(ServerTiming.HEADER, timing.header());
    return counters;
  }

  private StoredCounters read(Group group, ItemKey key, long clockMillis) {
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

  /** How the group's keys are made, where this one cannot be one of them. */
  private static String partsHint(Group group, ItemKey key) {
    List<String> fields = group.keyFields();
    int given = ItemKey.parts(key.key());
    if (fields.isEmpty() || given == fields.size()) {
      return "";
    }
    return fields.size() == 1
        ? "; its keys are one %s, where | and \\ are written \\| and \\\\, and this is %d values"
            .formatted(fields.get(0), given)
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

  /** Values by measure and interval; only of measures that happened, where counters are given. */
  private static Map<String, Map<String, Double>> byMeasure(
      Group group, ToDoubleBiFunction<Integer, Integer> value, Counters onlyHappened) {
    Map<String, Map<String, Double>> byMeasure = new LinkedHashMap<>();
    List<Measure> measures = group.measures();
    for (int measure = 0; measure < measures.size(); measure++) {
      if (onlyHappened != null && !onlyHappened.happened(measure)) {
        continue;
      }
      Map<String, Double> byInterval = new LinkedHashMap<>();
      List<Interval> intervals = group.intervals();
      for (int interval = 0; interval < intervals.size(); interval++) {
        byInterval.put(intervals.get(interval).label(), value.applyAsDouble(measure, interval));
      }
      byMeasure.put(measures.get(measure).name(), byInterval);
    }
    return byMeasure;
  }

  private static Map<String, Map<String, Double>> ratios(Group group, CounterView view) {
    Map<String, Map<String, Double>> ratios = new LinkedHashMap<>();
    for (Ratio ratio : group.ratios()) {
      Map<String, Double> byInterval = new LinkedHashMap<>();
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        double value = view.ratio(ratio, interval);
        byInterval.put(group.intervals().get(interval).label(), Double.isNaN(value) ? null : value);
      }
      ratios.put(ratio.name(), byInterval);
    }
    return ratios;
  }
}
