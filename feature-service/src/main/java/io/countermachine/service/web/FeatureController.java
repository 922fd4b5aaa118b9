package io.countermachine.service.web;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.catalog.CurrentCatalog;
import io.countermachine.service.catalog.OfCatalog;
import io.countermachine.service.connections.ResponseOutput;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.encode.ProtobufBytes;
import io.countermachine.service.metrics.RequestMeters;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.tracing.RequestTrace;
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
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /v1/features}: features of many candidates in one call. */
@RestController
@Tag(name = "features", description = "features for rankers")
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

  /** Buffers are reused, because responses are most of what a request allocates. */
  private final ThreadLocal<JsonBytes> jsonBuffers = ThreadLocal.withInitial(JsonBytes::new);

  private final ThreadLocal<ProtobufBytes> protobufBuffers =
      ThreadLocal.withInitial(ProtobufBytes::new);

  private final OfCatalog<FeatureRequestReader> reader;
  private final FeatureCalls calls;
  private final Deadlines deadlines;
  private final RequestBodies bodies;
  private final ResponseOutput output;
  private final LimitsProperties limits;

  FeatureController(
      CurrentCatalog catalog,
      FeatureCalls calls,
      LimitsProperties limits,
      RequestProperties properties,
      RequestBodies bodies,
      ResponseOutput output) {
    this.reader =
        new OfCatalog<>(
            catalog, now -> new FeatureRequestReader(new FeatureRequestRules(now, limits)));
    this.calls = calls;
    this.deadlines = new Deadlines(properties);
    this.bodies = bodies;
    this.output = output;
    this.limits = limits;
  }

  @Operation(
      operationId = "features",
      summary = "Features of many candidates, all as of one instant",
      description =
          """
          Results are in the order of candidates, values in the order of features. Statuses, if included: OK; NOT_FOUND
          (nothing is stored: counts and sums are 0, maps are empty, a ratio is its prior or null); UNDEFINED (there is no
          value, for example a ratio without a divisor: null); NO_KEY (the candidate lacks a key field, or the field that
          names a label: null); NEWER (asOf is before the last update: the value is as of the last update); STALE (the store
          failed: the value comes from a copy that is older than it should be); NOT_COUNTED (the job does not count the
          measure yet: null); BLOCKED (a rule blocks the key at asOf: null); ERROR (the store failed for that key: null, and
          partial is true). A formula has the worst status of the operands that it used, and UNDEFINED if it has no value
          for another reason.""",
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
      content = {
        @Content(
            mediaType = MediaType.APPLICATION_JSON_VALUE,
            schema = @Schema(implementation = FeatureResponse.class),
            examples = @ExampleObject(value = ANSWER)),
        @Content(
            mediaType = AcceptedForm.PROTOBUF,
            schema =
                @Schema(
                    type = "string",
                    format = "binary",
                    description =
                        "a FeatureResponse of docs/features.proto: values in columns, one for each feature"))
      })
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "406", ref = "#/components/responses/NotAcceptable")
  @ApiResponse(responseCode = "409", ref = "#/components/responses/Conflict")
  @ApiResponse(responseCode = "413", ref = "#/components/responses/ContentTooLarge")
  @ApiResponse(responseCode = "415", ref = "#/components/responses/UnsupportedMediaType")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @Parameter(
      name = "X-Deadline-Ms",
      in = ParameterIn.HEADER,
      description =
          "how long the call may take, milliseconds; lowers the service's own limit, never raises it",
      // No example, because "Try it out" would send it, and a first call takes longer.
      schema = @Schema(type = "integer", format = "int32", minimum = "1"))
  @PostMapping(
      path = "/v1/features",
      consumes = MediaType.APPLICATION_JSON_VALUE,
      produces = {MediaType.APPLICATION_JSON_VALUE, AcceptedForm.PROTOBUF})
  void features(HttpServletRequest http, HttpServletResponse response) throws IOException {
    if (AcceptedForm.isProtobuf(http.getHeaders(HttpHeaders.ACCEPT))) {
      answerInColumns(http, response);
    } else {
      answerInJson(http, response);
    }
  }

  private void answerInJson(HttpServletRequest http, HttpServletResponse response)
      throws IOException {
    JsonBytes answer = jsonBuffer();
    try {
      answer(
          http,
          new HttpExchange(http, response) {
            @Override
            public void encode(FeatureValues values) {
              FeatureResponseWriter.write(values, answer);
            }

            @Override
            public void send(ServerTiming timing) throws IOException {
              send(timing, MediaType.APPLICATION_JSON_VALUE, answer.size(), answer::writeTo);
            }
          });
    } finally {
      // Otherwise the buffer of a large response would stay until this thread's next one.
      answer.clear();
    }
  }

  private void answerInColumns(HttpServletRequest http, HttpServletResponse response)
      throws IOException {
    ProtobufBytes answer = protobufBuffers.get();
    try {
      answer(
          http,
          new HttpExchange(http, response) {
            @Override
            public void encode(FeatureValues values) {
              FeatureColumnsWriter.write(values, answer);
            }

            @Override
            public void send(ServerTiming timing) throws IOException {
              send(timing, AcceptedForm.PROTOBUF, answer.size(), answer::writeTo);
            }
          });
    } finally {
      answer.clear();
    }
  }

  private void answer(HttpServletRequest http, HttpExchange exchange) throws IOException {
    Deadlines.Budget budget = deadlines.of(http.getHeader(Deadlines.HEADER));
    // The time in which a caller sends its request counts neither for the time limit nor as the
    // service's.
    try (RequestBodies.Body body = bodies.read(http, limits.bodyBytes())) {
      exchange.body = body;
      RequestMeters.begin(http);
      calls.answer(budget, exchange);
    }
  }

  /** The response buffer of this thread. */
  JsonBytes jsonBuffer() {
    return jsonBuffers.get();
  }

  /** A call over HTTP with a JSON request. */
  private abstract class HttpExchange implements FeatureCalls.Exchange {
    private final HttpServletRequest http;
    private final HttpServletResponse response;
    private RequestBodies.Body body;

    HttpExchange(HttpServletRequest http, HttpServletResponse response) {
      this.http = http;
      this.response = response;
    }

    @Override
    public final String requestId() {
      return RequestTrace.requestIdOf(http);
    }

    @Override
    public final FeatureRequest read() {
      FeatureRequest request = reader.get().read(body.bytes());
      body.close();
      http.setAttribute(
          RequestMeters.SET, request.set() == null ? RequestMeters.LISTED : request.set());
      return request;
    }

    final void send(ServerTiming timing, String type, int size, ResponseOutput.Piece pieces)
        throws IOException {
      response.setHeader(ServerTiming.HEADER, timing.header());
      response.setContentType(type);
      response.setContentLength(size);
      output.write(size, pieces, response.getOutputStream());
    }
  }
}
