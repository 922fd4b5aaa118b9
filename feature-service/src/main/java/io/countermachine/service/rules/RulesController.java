package io.countermachine.service.rules;

import io.countermachine.catalog.Rules;
import io.countermachine.catalog.Suggestions;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesWriter;
import io.countermachine.service.admission.RequestBodies;
import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.problem.RulesUnavailable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.ExampleObject;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** {@code PUT} and {@code DELETE /v1/rules/{list}/{value}}: blocks a value, and lifts the block. */
@RestController
@Tag(name = "rules", description = "values whose events are not counted")
class RulesController {
  private static final Logger LOG = LoggerFactory.getLogger(RulesController.class);
  private static final int MOST_BODY_BYTES = 1_000;

  private final TopicRules rules;
  private final RequestBodies bodies;

  RulesController(TopicRules rules, RequestBodies bodies) {
    this.rules = rules;
    this.bodies = bodies;
  }

  @Operation(
      operationId = "setRule",
      summary = "Puts a value on a list",
      description =
          "Responds once the topic has the rule. The rule blocks events from `from` on, by default 10 s after publication."
              + " Within 30 s, keys with the value are BLOCKED while from <= asOf < until. An earlier `from` does not"
              + " change what is already counted. If the service asks for API keys, the call needs the scope operate.",
      requestBody =
          @RequestBody(
              required = true,
              content =
                  @Content(
                      mediaType = MediaType.APPLICATION_JSON_VALUE,
                      schema = @Schema(implementation = RuleTimes.class),
                      examples = @ExampleObject(name = "from now on", value = "{}"))))
  @ApiResponse(responseCode = "204", description = "the topic has the rule")
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NotFound")
  @ApiResponse(responseCode = "413", ref = "#/components/responses/ContentTooLarge")
  @ApiResponse(responseCode = "415", ref = "#/components/responses/UnsupportedMediaType")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @PutMapping(path = "/v1/rules/{list}/{value}", consumes = MediaType.APPLICATION_JSON_VALUE)
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void set(
      @Parameter(description = "a list of the catalog", example = "bots") @PathVariable("list")
          String list,
      @Parameter(description = "a value of the list's field, URL-encoded", example = "u17")
          @PathVariable("value")
          String value,
      HttpServletRequest http)
      throws IOException {
    byte[] key = key(list, value);
    RuleTimes times;
    try (RequestBodies.Body body = bodies.read(http, MOST_BODY_BYTES)) {
      times = RuleTimes.read(body.bytes());
    }
    write(key, times.recordValue());
    LOG.info("rule set: {} blocks {} {}", list, value, times);
  }

  @Operation(
      operationId = "liftRule",
      summary = "Takes a value from a list",
      description =
          "Responds once the topic has the record, even if the value has no rule. Events of records that are older, or less"
              + " than 10 s younger, stay blocked.")
  @ApiResponse(responseCode = "204", description = "the topic has the record")
  @ApiResponse(responseCode = "400", ref = "#/components/responses/BadRequest")
  @ApiResponse(responseCode = "404", ref = "#/components/responses/NotFound")
  @ApiResponse(responseCode = "503", ref = "#/components/responses/ServiceUnavailable")
  @DeleteMapping("/v1/rules/{list}/{value}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void lift(
      @Parameter(description = "a list of the catalog", example = "bots") @PathVariable("list")
          String list,
      @Parameter(description = "a value of the list's field, URL-encoded", example = "u17")
          @PathVariable("value")
          String value) {
    write(key(list, value), null);
    LOG.info("rule lifted: {} no longer blocks {}", list, value);
  }

  private byte[] key(String list, String value) {
    Rules known =
        rules
            .catalog()
            .orElseThrow(
                () -> RequestFault.notFound("the catalog has no rules; docs/rules.md says how"));
    if (!known.lists().containsKey(list)) {
      throw RequestFault.notFound(
          "there is no list %s; %s".formatted(list, Suggestions.of(list, known.lists().keySet())));
    }
    if (!rules.hasBrokers()) {
      throw new RulesUnavailable(
          "this service does not know where the rules topic is; set"
              + " counter-machine.rules.bootstrap-servers",
          null);
    }
    try {
      return RuleRecord.key(list, value);
    } catch (IllegalArgumentException e) {
      throw RequestFault.bad("value", e.getMessage());
    }
  }

  private void write(byte[] key, byte[] value) {
    try {
      rules.write(key, value);
    } catch (RulesWriter.WriteException e) {
      LOG.warn("could not write a rule", e);
      throw new RulesUnavailable(e.getMessage(), e);
    }
  }
}
