package io.countermachine.service;

import static org.springframework.http.HttpStatus.BAD_REQUEST;
import static org.springframework.http.HttpStatus.CONFLICT;
import static org.springframework.http.HttpStatus.CONTENT_TOO_LARGE;
import static org.springframework.http.HttpStatus.FORBIDDEN;
import static org.springframework.http.HttpStatus.INTERNAL_SERVER_ERROR;
import static org.springframework.http.HttpStatus.NOT_ACCEPTABLE;
import static org.springframework.http.HttpStatus.NOT_FOUND;
import static org.springframework.http.HttpStatus.SERVICE_UNAVAILABLE;
import static org.springframework.http.HttpStatus.TOO_MANY_REQUESTS;
import static org.springframework.http.HttpStatus.UNAUTHORIZED;
import static org.springframework.http.HttpStatus.UNSUPPORTED_MEDIA_TYPE;

import io.swagger.v3.oas.annotations.OpenAPIDefinition;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeIn;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.info.Info;
import io.swagger.v3.oas.annotations.info.License;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import io.swagger.v3.oas.annotations.servers.Server;
import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;

/**
 * The parts of the API description that all calls share. Everything else is annotated beside each
 * call.
 */
@OpenAPIDefinition(
    info =
        @Info(
            title = "Counter Machine features",
            version = "1",
            description =
                "Exponentially decaying engagement counters and their ratios, as of the instant of the request.",
            license = @License(name = "Apache-2.0", identifier = "Apache-2.0")),
    servers = @Server(url = "/", description = "wherever this document is served"))
@SecurityScheme(
    name = "ApiKey",
    type = SecuritySchemeType.APIKEY,
    in = SecuritySchemeIn.HEADER,
    paramName = "X-Api-Key",
    description = "an API key, if the service requires one")
@SecurityScheme(
    name = "Bearer",
    type = SecuritySchemeType.HTTP,
    scheme = "bearer",
    description = "the same key as a Bearer token")
@SecurityScheme(
    name = "Basic",
    type = SecuritySchemeType.HTTP,
    scheme = "basic",
    description = "for browsers: the key's name and the key")
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String PROBLEM = "Problem";
  private static final String RETRY_AFTER = "RetryAfter";
  private static final String SERVER_TIMING = "ServerTiming";
  private static final String REQUEST_ID = "RequestId";
  private static final String WWW_AUTHENTICATE = "WwwAuthenticate";

  /** A problem that every call may respond with, or that a call's own annotations refer to. */
  private record ProblemResponse(
      HttpStatus status, String description, String detail, String field) {
    ProblemResponse(HttpStatus status, String description, String detail) {
      this(status, description, detail, null);
    }

    /** The name that annotations refer to: the status in words, without spaces. */
    String name() {
      return status.getReasonPhrase().replace(" ", "");
    }
  }

  private static final List<ProblemResponse> PROBLEMS =
      List.of(
          new ProblemResponse(
              BAD_REQUEST,
              "a malformed request; `field` says where",
              "unknown set \"home\"; known: [home_feed]",
              "set"),
          new ProblemResponse(
              UNAUTHORIZED,
              "the service requires an API key, and this call has no valid one",
              "a valid API key is needed"),
          new ProblemResponse(
              FORBIDDEN,
              "the API key lacks a scope that this call needs; any one of `missingScopes` is enough",
              "this key lacks the scope features, which this call needs"),
          new ProblemResponse(
              NOT_FOUND,
              "no such group, or nothing stored for the key",
              "nothing is stored for key u1 in group user"),
          new ProblemResponse(
              NOT_ACCEPTABLE,
              "the caller accepts neither application/json nor application/x-protobuf",
              "Acceptable representations: [application/json, application/x-protobuf]."),
          new ProblemResponse(
              CONFLICT,
              "the set is not the one that setHash names; the detail says what changed",
              "the set home_feed is not the one that setHash 8d12f0c4-0b7b9e35-51c0ffee names; what changed: its features"
                  + " or their order. It is 77aa01c4-0b7b9e35-51c0ffee now, as GET /v1/sets/home_feed shows",
              "setHash"),
          new ProblemResponse(
              CONTENT_TOO_LARGE, "the body is too large", "the body is larger than 2097152 bytes"),
          new ProblemResponse(
              UNSUPPORTED_MEDIA_TYPE,
              "the body is not application/json",
              "Content-Type 'text/plain' is not supported."),
          new ProblemResponse(
              TOO_MANY_REQUESTS,
              "the caller's rate limit is reached, or the service is full; call again after Retry-After",
              "this key's rate limit is reached; try again after Retry-After"),
          new ProblemResponse(
              INTERNAL_SERVER_ERROR,
              "a fault of the service",
              "the service failed; its log says why"),
          new ProblemResponse(
              SERVICE_UNAVAILABLE,
              "the store failed for every key; call again after Retry-After",
              "the counters cannot be read now; try again"));

  private static final List<HttpStatus> OF_EVERY_CALL =
      List.of(UNAUTHORIZED, FORBIDDEN, TOO_MANY_REQUESTS, INTERNAL_SERVER_ERROR);

  @Bean
  OpenAPI openApi() {
    OpenAPI api = new OpenAPI().components(components());
    // An empty requirement makes the key optional, because a service without keys requires none. No
    // annotation can express it.
    api.addSecurityItem(new SecurityRequirement());
    List.of("ApiKey", "Bearer", "Basic")
        .forEach(scheme -> api.addSecurityItem(new SecurityRequirement().addList(scheme)));
    return api;
  }

  private static Components components() {
    Components components =
        new Components()
            .addSchemas(PROBLEM, problem())
            .addHeaders(
                RETRY_AFTER,
                header("whole seconds to wait", new IntegerSchema().format("int32")).example(1))
            .addHeaders(
                SERVER_TIMING,
                header("where the time went, in milliseconds", new StringSchema())
                    .example("store;dur=1.2, decay;dur=0.1, encode;dur=0.3"))
            .addHeaders(
                REQUEST_ID,
                header(
                        "the request's own X-Request-Id, or one that the service made",
                        new StringSchema())
                    .example("4f2a9c0b7d1e3a58"))
            .addHeaders(
                WWW_AUTHENTICATE,
                header("how to present an API key", new StringSchema())
                    .example("Bearer realm=\"Counter Machine\""));
    PROBLEMS.forEach(problem -> components.addResponses(problem.name(), responseOf(problem)));
    return components;
  }

  private static Header header(String description, Schema<?> schema) {
    return new Header().description(description).schema(schema);
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .description("a problem as defined in RFC 9457")
        .addProperty("type", new StringSchema().format("uri-reference"))
        .addProperty("title", new StringSchema().description("the status in words"))
        .addProperty("status", new IntegerSchema().format("int32").description("the HTTP status"))
        .addProperty("detail", new StringSchema().description("what is wrong, for people"))
        .addProperty("instance", new StringSchema().format("uri-reference"))
        .addProperty(
            "field",
            new StringSchema()
                .description(
                    "the wrong field, such as candidates[3].postId; absent if no field is wrong"))
        .addProperty(
            "requestId",
            new StringSchema().description("the request's id, as in the header X-Request-Id"))
        .addProperty(
            "missingScopes",
            new ArraySchema()
                .items(new StringSchema())
                .description(
                    "scopes that the API key lacks; any one of them is enough; only with 403"))
        .required(List.of("title", "status"));
  }

  private static ApiResponse responseOf(ProblemResponse problem) {
    Map<String, Object> example = new LinkedHashMap<>();
    example.put("type", "about:blank");
    example.put("title", problem.status().getReasonPhrase());
    example.put("status", problem.status().value());
    example.put("detail", problem.detail());
    if (problem.field() != null) {
      example.put("field", problem.field());
    }
    ApiResponse response =
        new ApiResponse()
            .description(problem.description())
            .content(
                new Content()
                    .addMediaType(
                        "application/problem+json",
                        new MediaType()
                            .schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))
                            .example(example)));
    return switch (problem.status()) {
      case UNAUTHORIZED ->
          response.addHeaderObject("WWW-Authenticate", reference(WWW_AUTHENTICATE));
      case TOO_MANY_REQUESTS -> response.addHeaderObject("Retry-After", reference(RETRY_AFTER));
      case SERVICE_UNAVAILABLE ->
          response
              .addHeaderObject("Retry-After", reference(RETRY_AFTER))
              .addHeaderObject("Server-Timing", reference(SERVER_TIMING));
      default -> response;
    };
  }

  private static Header reference(String header) {
    return new Header().$ref("#/components/headers/" + header);
  }

  /** Adds to each call the error responses that it may give. */
  @Bean
  OpenApiCustomizer commonAnswers() {
    return api ->
        api.getPaths().values().forEach(path -> path.readOperations().forEach(this::complete));
  }

  private void complete(Operation call) {
    PROBLEMS.stream()
        .filter(problem -> OF_EVERY_CALL.contains(problem.status()))
        .forEach(
            problem ->
                call.getResponses()
                    .addApiResponse(
                        Integer.toString(problem.status().value()),
                        new ApiResponse().$ref("#/components/responses/" + problem.name())));
    ApiResponse answer = call.getResponses().get("200");
    if (answer != null) {
      answer.addHeaderObject("Server-Timing", reference(SERVER_TIMING));
    } else {
      answer = call.getResponses().get("204");
    }
    answer.addHeaderObject("X-Request-Id", reference(REQUEST_ID));
  }

  /** Marks what may be null where no annotation can: the inner values of maps, and references. */
  @Bean
  OpenApiCustomizer nulls() {
    return api -> {
      Map<String, Schema> schemas = api.getComponents().getSchemas();
      Schema<?> ratios = (Schema<?>) schemas.get("KeyCounters").getProperties().get("ratios");
      Schema<?> byInterval = (Schema<?>) ratios.getAdditionalProperties();
      ((Schema<?>) byInterval.getAdditionalProperties())
          .setTypes(new LinkedHashSet<>(List.of("number", "null")));
      Schema<?> catalog = schemas.get("Catalog");
      catalog.addProperty("deduplicate", nullable("Deduplication", "null if duplicates count"));
      catalog.addProperty("rules", nullable("Rules", "null if the catalog has no rules"));
      schemas
          .get("EventType")
          .addProperty(
              "verb",
              nullable("Verb", "how it depends on other events; null for an event without a verb"));
    };
  }

  private static Schema<?> nullable(String name, String description) {
    return new Schema<>()
        .description(description)
        .addAnyOfItem(new Schema<>().$ref("#/components/schemas/" + name))
        .addAnyOfItem(new Schema<>().types(Set.of("null")));
  }
}
