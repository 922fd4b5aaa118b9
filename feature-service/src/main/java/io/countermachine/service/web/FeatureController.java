package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.json.JsonBytes;
import io.countermachine.service.admission.Admission;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.connections.ResponseOutput;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.RequestMeters;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/features}: features of many candidates in one call. */
@RestController
@Tag(name = "features", description = "what rankers call")
class FeatureController {
  private static final String EXAMPLE =
      """
      {"set": "home_feed", "context": {"userId": "u1"},
       "candidates": [{"postId": "p1", "creatorId": "c1"}, {"postId": "p2", "creatorId": "c2"}],
       "include": ["statuses"]}""";

  private static final String ANSWER =
      """
      {"metadata": {"asOf": 1707605600000,
        "features": ["post.ctr.1h", "post.smoothed_ctr.1d", "post.view.1m", "user_creator.like.7d", "user.view.lifetime"],
        "partial": false, "catalog": "8d12f0c46a7b9e35"},
       "results": [
        {"values": [0.12, 0.08, 3.2, 1.0, 41.0], "statuses": ["OK", "OK", "OK", "OK", "OK"]},
        {"values": [null, 0.05, 0.0, 0.0, 41.0],
         "statuses": ["UNDEFINED", "OK", "OK", "NOT_FOUND", "OK"]}]}""";

  /** In place of a set's name in meters. */
  private static final String LISTED = "(listed)";

  /**
   * Answers are built in the same bytes again and again: they are most of what a request allocates.
   */
  private final ThreadLocal<JsonBytes> buffers = ThreadLocal.withInitial(JsonBytes::new);

  private final FeatureRequestReader reader;
  private final FeatureEvaluator evaluator;
  private final FeatureMeters meters;
  private final Deadlines deadlines;
  private final RequestBodies bodies;
  private final Admission admission;
  private final ResponseOutput output;
  private final LimitsProperties limits;
  private final Clock clock;

  FeatureController(
      Catalog catalog,
      CounterStore store,
      Supplier<CountedMeasures> counted,
      LimitsProperties limits,
      RequestProperties properties,
      RequestBodies bodies,
      Admission admission,
      ResponseOutput output,
      MeterRegistry registry,
      Clock clock) {
    this.reader = new FeatureRequestReader(catalog, limits);
    this.evaluator = new FeatureEvaluator(store, counted);
    this.meters = new FeatureMeters(registry, catalog, clock);
    this.deadlines = new Deadlines(properties);
    this.bodies = bodies;
    this.admission = admission;
    this.output = output;
    this.limits = limits;
    this.clock = clock;
  }

  @Operation(
      operationId = "features",
      summary = "Features of many candidates, all as of one instant",
      description =
          """
          Results follow the candidates' order, values the features' order. Statuses, where included: OK; NOT_FOUND
          (nothing stored: counts and sums are 0, maps empty, a ratio is its prior or null); UNDEFINED (there is no value,
          such as a ratio with nothing to divide by: null); NO_KEY (the candidate lacks a key field, or the field that
          names a label: null); NEWER (asOf lies before the last update: the value as of that); STALE (the store failed;
          the value is of a copy older than it should be); NOT_COUNTED (the job does not count the measure yet: null);
          ERROR (the store failed for that key: null, and partial is true). A formula has the worst status of the
          operands that it used, and UNDEFINED where it has no value for another reason.""",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = FeatureRequestBody.class),
                      examples = @ExampleObject(name = "home feed", value = EXAMPLE))))
  @ApiResponse(
      responseCode = "200",
      description = "one result per candidate",
      content =
          @Content(
              mediaType = MediaType.APPLICATION_JSON_VALUE,
              schema = @Schema(implementation = FeatureResponse.class),
              examples = @ExampleObject(value = ANSWER)))
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "413", ref = "#/components/responses/ContentTooLarge")
  @ApiResponse(responseCode = "415", ref = "#/components/responses/UnsupportedMediaType")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @Parameter(
      name = "X-Deadline-Ms",
      in = ParameterIn.HEADER,
      description =
          "how long the call may take, milliseconds; lowers the service's own limit, never raises it",
      // No example: "Try it out" would send it, and a first call takes longer.
      schema = @Schema(type = "integer", format = "int32", minimum = "1"))
  @PostMapping(
      path = "/v1/features",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = MediaType.APPLICATION_JSON_VALUE)
  void features(HttpServletRequest http, HttpServletResponse response) throws IOException {
    Deadlines.Budget budget = deadlines.of(http.getHeader(Deadlines.HEADER));
    JsonBytes answer = buffer();
    try (RequestBodies.Body body = bodies.read(http, limits.bodyBytes())) {
      answer(http, response, body, budget, answer);
    } finally {
      // The bytes of a large answer would stay until this thread's next one.
      answer.clear();
    }
  }

  private void answer(
      HttpServletRequest http,
      HttpServletResponse response,
      RequestBodies.Body body,
      Deadlines.Budget budget,
      JsonBytes answer)
      throws IOException {
    // Only now, so that the time a caller takes to send is neither the budget's nor the service's.
    Deadline deadline = budget.fromNow();
    RequestMeters.begin(http);
    ServerTiming timing = new ServerTiming();
    try (Admission.Permit permit = admission.admit(deadline.remainingNanos())) {
      FeatureRequest request = reader.read(body.bytes());
      body.close();
      http.setAttribute(RequestMeters.SET, request.set() == null ? LISTED : request.set());
      RequestKeys keys = new RequestKeys(request, limits);
      permit.resize(
          keys.keys().size(),
          (long) request.candidates().length * request.plan().size(),
          deadline.remainingNanos());
      Evaluation evaluation = evaluate(keys, budget, deadline, timing, permit);
      FeatureValues values = new FeatureValues(keys, evaluation);
      FeatureResponseWriter.write(values, answer);
      timing.encodeEnds();
      meters.count(values);
      if (evaluation.complete()) {
        permit.complete();
      }
      response.setHeader(ServerTiming.HEADER, timing.header());
      response.setContentType(MediaType.APPLICATION_JSON_VALUE);
      response.setContentLength(answer.size());
      output.write(answer, response.getOutputStream());
    }
  }

  /** The bytes of this thread's answers. */
  JsonBytes buffer() {
    return buffers.get();
  }

  /** Evaluates, and tells the admission where values are lacking. */
  private Evaluation evaluate(
      RequestKeys keys,
      Deadlines.Budget budget,
      Deadline deadline,
      ServerTiming timing,
      Admission.Permit permit) {
    boolean failed = true;
    try {
      // The clock is read once, so that all values of an answer are as of one instant.
      long now = clock.millis();
      Evaluation evaluation = evaluator.evaluate(keys, keys.asOfMillis(now), now, deadline, timing);
      failed = !evaluation.complete();
      return evaluation;
    } finally {
      if (failed) {
        permit.incomplete(!budget.isCallers() && deadline.remainingNanos() <= 0);
      }
    }
  }
}
