package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/**
 * Passes the page's calls on to the feature service with the console's API key, and returns the
 * responses unchanged. The page therefore needs neither CORS nor a key in the browser.
 */
@RestController
class ServiceProxy {
  /** Why rules cannot be changed. */
  static final String FIXED_RULES =
      "this console does not change rules; counter-machine.console.change-rules=true allows it";

  private static final int MAX_BYTES = 2 << 20;
  private static final List<String> PASSED_HEADERS =
      List.of("Content-Type", "Server-Timing", "Retry-After");

  private static final int MAX_RULE_BYTES = 1_000;

  private final ConsoleProperties properties;
  private final ServiceClient service;
  private final Clock clock;

  ServiceProxy(ConsoleProperties properties, ServiceClient service, Clock clock) {
    this.properties = properties;
    this.service = service;
    this.clock = clock;
  }

  @GetMapping("/v1/catalog")
  ResponseEntity<byte[]> catalog() {
    return passed(service.get("/v1/catalog"));
  }

  @GetMapping("/v1/groups/{group}/{key}")
  ResponseEntity<byte[]> item(
      @PathVariable("group") String group,
      @PathVariable("key") String key,
      @RequestParam(name = "asOf", required = false) String asOf) {
    String query = asOf == null ? "" : "?asOf=" + encoded(asOf);
    return passed(service.get(itemPath(group, key) + query));
  }

  @PostMapping(path = "/v1/features", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> features(HttpServletRequest http) throws IOException {
    byte[] body = http.getInputStream().readNBytes(MAX_BYTES + 1);
    if (body.length > MAX_BYTES) {
      throw Problems.of(
          HttpStatus.CONTENT_TOO_LARGE, "the body is larger than " + MAX_BYTES + " bytes");
    }
    return passed(service.postJson("/v1/features", body));
  }

  /** Puts a value on a list. The body must be declared as JSON. */
  @PutMapping(
      path = "/console/api/rules/{list}/{value}",
      consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<byte[]> setRule(
      @PathVariable("list") String list,
      @PathVariable("value") String value,
      HttpServletRequest http)
      throws IOException {
    requireRules();
    byte[] body = http.getInputStream().readNBytes(MAX_RULE_BYTES + 1);
    return passed(service.putJson(rulePath(list, value), body));
  }

  /**
   * Takes a value off a list. A page of another site cannot cause this, because no form can use
   * this method.
   */
  @DeleteMapping("/console/api/rules/{list}/{value}")
  ResponseEntity<byte[]> liftRule(
      @PathVariable("list") String list, @PathVariable("value") String value) {
    requireRules();
    return passed(service.delete(rulePath(list, value)));
  }

  private void requireRules() {
    if (!properties.changeRules()) {
      throw Problems.of(HttpStatus.FORBIDDEN, FIXED_RULES);
    }
  }

  private static String rulePath(String list, String value) {
    return "/v1/rules/" + encoded(list) + "/" + encoded(value);
  }

  /** The current item in the table. A missing item is a normal response, not an error. */
  @GetMapping("/console/api/stored/{group}/{key}")
  ResponseEntity<?> stored(@PathVariable("group") String group, @PathVariable("key") String key) {
    HttpResponse<String> answer = service.get(itemPath(group, key));
    return switch (HttpStatus.valueOf(answer.statusCode())) {
      case OK -> ResponseEntity.ok(StoredItem.of(answer.body()));
      case NOT_FOUND -> ResponseEntity.ok(StoredItem.absent(clock.millis()));
      default -> passed(answer);
    };
  }

  private static ResponseEntity<byte[]> passed(HttpResponse<String> answer) {
    ResponseEntity.BodyBuilder response = ResponseEntity.status(answer.statusCode());
    PASSED_HEADERS.forEach(
        name -> answer.headers().firstValue(name).ifPresent(value -> response.header(name, value)));
    return response.body(answer.body().getBytes(UTF_8));
  }

  static String itemPath(String group, String key) {
    return "/v1/groups/" + encoded(group) + "/" + encoded(key);
  }

  /** Encodes dots, too, because a key may consist of two of them. */
  private static String encoded(String text) {
    return UriUtils.encode(text, UTF_8).replace(".", "%2E");
  }
}
