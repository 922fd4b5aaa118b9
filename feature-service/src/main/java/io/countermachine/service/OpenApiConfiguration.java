package io.countermachine.service;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.info.License;
import io.swagger.v3.oas.models.media.ArraySchema;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import io.swagger.v3.oas.models.servers.Server;
import io.swagger.v3.oas.models.tags.Tag;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The API's own description: what is common to all calls; the rest is said beside each call. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {
  private static final String PROBLEM = "Problem";
  private static final String RETRY_AFTER = "RetryAfter";
  private static final String SERVER_TIMING = "ServerTiming";
  private static final String REQUEST_ID = "RequestId";
  private static final String WWW_AUTHENTICATE = "WwwAuthenticate";

  /** A problem that every call may answer with, or that its own annotations refer to. */
  private record ProblemResponse(
      String name, int status, String title, String description, String detail, String field) {}

  private static final List<ProblemResponse> PROBLEMS =
      List.of(
          new ProblemResponse(
              "BadRequest",
              400,
              "Bad Request",
              "a malformed request; `field` says where",
              "unknown set \"home\"; known: [home_feed]",
              "set"),
          new ProblemResponse(
              "Unauthorized",
              401,
              "Unauthorized",
              "API keys are asked for, and this call has none that is known",
              "a valid API key is needed",
              null),
          new ProblemResponse(
              "Forbidden",
              403,
              "Forbidden",
              "the API key lacks a scope that this call needs; `missingScopes` lists those of which one is enough",
              "this key lacks the scope features, which this call needs",
              null),
          new ProblemResponse(
              "NotFound",
              404,
              "Not Found",
              "no such group, or nothing stored for the key",
              "nothing is stored for key u1 in group user",
              null),
          new ProblemResponse(
              "NotAcceptable",
              406,
              "Not Acceptable",
              "the caller takes neither application/json nor application/x-protobuf",
              "Acceptable representations: [application/json, application/x-protobuf].",
              null),
          new ProblemResponse(
              "Conflict",
              409,
              "Conflict",
              "the set is another one than setHash names; the detail says what changed",
              "the set home_feed is another one than setHash 8d12f0c4-0b7b9e35-51c0ffee names; what changed: its features"
                  + " or their order. It is 77aa01c4-0b7b9e35-51c0ffee now, as GET /v1/sets/home_feed shows",
              "setHash"),
          new ProblemResponse(
              "ContentTooLarge",
              413,
              "Content Too Large",
              "the body is too large",
              "the body is larger than 2097152 bytes",
              null),
          new ProblemResponse(
              "UnsupportedMediaType",
              415,
              "Unsupported Media Type",
              "the body is not application/json",
              "Content-Type 'text/plain' is not supported.",
              null),
          new ProblemResponse(
              "TooManyRequests",
              429,
              "Too Many Requests",
              "the caller's rate limit is reached, or the service is full; call again after Retry-After",
              "this key's rate limit is reached; try again after Retry-After",
              null),
          new ProblemResponse(
              "InternalServerError",
              500,
              "Internal Server Error",
              "a fault of the service",
              "the service failed; its log says why",
              null),
          new ProblemResponse(
              "ServiceUnavailable",
              503,
              "Service Unavailable",
              "the store failed for every key; call again after Retry-After",
              "the counters cannot be read now; try again",
              null));

  private static final List<String> OF_EVERY_CALL =
      List.of("Unauthorized", "Forbidden", "TooManyRequests", "InternalServerError");

  @Bean
  OpenAPI openApi() {
    OpenAPI api =
        new OpenAPI()
            .info(
                new Info()
                    .title("Counter Machine features")
                    .version("1")
                    .description(
                        "Exponentially decaying engagement counters and their ratios, as of the instant of the request.")
                    .license(new License().name("Apache-2.0").identifier("Apache-2.0")))
            .servers(List.of(new Server().url("/").description("wherever this document is served")))
            .tags(
                List.of(
                    new Tag().name("features").description("what rankers call"),
                    new Tag().name("groups").description("what is stored for one key"),
                    new Tag().name("catalog").description("what there is to ask for")))
            .components(components());
    // An empty requirement says that a service without keys asks for none.
    api.addSecurityItem(new SecurityRequirement());
    api.getComponents()
        .getSecuritySchemes()
        .keySet()
        .forEach(scheme -> api.addSecurityItem(new SecurityRequirement().addList(scheme)));
    return api;
  }

  private static Components components() {
    Components components =
        new Components()
            .addSecuritySchemes(
                "ApiKey",
                new SecurityScheme()
                    .type(SecurityScheme.Type.APIKEY)
                    .in(SecurityScheme.In.HEADER)
                    .name("X-Api-Key")
                    .description("an API key, where the service asks for one"))
            .addSecuritySchemes(
                "Bearer",
                new SecurityScheme()
                    .type(SecurityScheme.Type.HTTP)
                    .scheme("bearer")
                    .description("the same key as a Bearer token"))
            .addSecuritySchemes(
                "Basic",
                new SecurityScheme()
                    .type(SecurityScheme.Type.HTTP)
                    .scheme("basic")
                    .description("for browsers: the key's name and the key"))
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
                header("how a key is presented", new StringSchema())
                    .example("Bearer realm=\"Counter Machine\""));
    PROBLEMS.forEach(problem -> components.addResponses(problem.name(), responseOf(problem)));
    return components;
  }

  private static Header header(String description, Schema<?> schema) {
    return new Header().description(description).schema(schema);
  }

  private static Schema<?> problem() {
    return new ObjectSchema()
        .description("a problem as of RFC 9457")
        .addProperty("type", new StringSchema().format("uri-reference"))
        .addProperty("title", new StringSchema().description("the status in words"))
        .addProperty("status", new IntegerSchema().format("int32").description("the HTTP status"))
        .addProperty("detail", new StringSchema().description("what is wrong, for people"))
        .addProperty("instance", new StringSchema().format("uri-reference"))
        .addProperty(
            "field",
            new StringSchema()
                .description(
                    "which field is wrong, such as candidates[3].postId; absent where none"))
        .addProperty(
            "requestId",
            new StringSchema().description("the request's id, as the header X-Request-Id has it"))
        .addProperty(
            "missingScopes",
            new ArraySchema()
                .items(new StringSchema())
                .description("scopes that the API key lacks, one of which is enough; with 403"))
        .required(List.of("title", "status"));
  }

  private static ApiResponse responseOf(ProblemResponse problem) {
    Map<String, Object> example = new LinkedHashMap<>();
    example.put("type", "about:blank");
    example.put("title", problem.title());
    example.put("status", problem.status());
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
      case 401 -> response.addHeaderObject("WWW-Authenticate", reference(WWW_AUTHENTICATE));
      case 429 -> response.addHeaderObject("Retry-After", reference(RETRY_AFTER));
      case 503 ->
          response
              .addHeaderObject("Retry-After", reference(RETRY_AFTER))
              .addHeaderObject("Server-Timing", reference(SERVER_TIMING));
      default -> response;
    };
  }

  private static Header reference(String header) {
    return new Header().$ref("#/components/headers/" + header);
  }

  /** Adds to each call what each may answer. */
  @Bean
  OpenApiCustomizer commonAnswers() {
    return api ->
        api.getPaths().values().forEach(path -> path.readOperations().forEach(this::complete));
  }

  private void complete(Operation call) {
    PROBLEMS.stream()
        .filter(problem -> OF_EVERY_CALL.contains(problem.name()))
        .forEach(
            problem ->
                call.getResponses()
                    .addApiResponse(
                        Integer.toString(problem.status()),
                        new ApiResponse().$ref("#/components/responses/" + problem.name())));
    ApiResponse answer = call.getResponses().get("200");
    if (answer != null) {
      answer.addHeaderObject("Server-Timing", reference(SERVER_TIMING));
    } else {
      answer = call.getResponses().get("204");
    }
    answer.addHeaderObject("X-Request-Id", reference(REQUEST_ID));
  }

  /** What may be null, where no annotation can say it: a map's inner values, and references. */
  @Bean
  OpenApiCustomizer nulls() {
    return api -> {
      Map<String, Schema> schemas = api.getComponents().getSchemas();
      Schema<?> ratios = (Schema<?>) schemas.get("KeyCounters").getProperties().get("ratios");
      Schema<?> byInterval = (Schema<?>) ratios.getAdditionalProperties();
      ((Schema<?>) byInterval.getAdditionalProperties())
          .setTypes(new LinkedHashSet<>(List.of("number", "null")));
      Schema<?> catalog = schemas.get("Catalog");
      catalog.addProperty("deduplicate", nullable("Deduplication", "null where duplicates count"));
      catalog.addProperty("rules", nullable("Rules", "null where no rule blocks events"));
    };
  }

  private static Schema<?> nullable(String name, String description) {
    return new Schema<>()
        .description(description)
        .addAnyOfItem(new Schema<>().$ref("#/components/schemas/" + name))
        .addAnyOfItem(new Schema<>().types(Set.of("null")));
  }
}
