package io.countermachine.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.countermachine.service.tracing.RequestTrace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A refusal by the gate, as a problem of RFC 9457. It repeats nothing of the request except its id.
 */
public final class Refusal {
  static final Refusal NO_KEY =
      new Refusal(
          401,
          "Unauthorized",
          "a valid API key is needed, in the header X-Api-Key or as a Bearer token; in a browser, the key's name and the key",
          "");
  static final Refusal RATE =
      new Refusal(
          429,
          "Too Many Requests",
          "this key's rate limit is reached; try again after Retry-After",
          "");
  static final Refusal OTHER_SITE =
      new Refusal(403, "Forbidden", "a browser sent this key for a page of another site", "");

  private static final String REALM = "realm=\"Counter Machine\", charset=\"UTF-8\"";

  private final int status;
  private final String detail;

  /** The problem's JSON without the request's id and the closing brace. */
  private final String body;

  /**
   * @param more further members of the problem, each preceded by a comma
   */
  private Refusal(int status, String title, String detail, String more) {
    this.status = status;
    this.detail = detail;
    this.body =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"%s"
            .formatted(title, status, detail, more);
  }

  /** The key has none of the scopes that open the address. */
  static Refusal missingScope(Set<Scope> required) {
    String names = required.stream().map(Scope::label).collect(Collectors.joining(" or "));
    String list =
        required.stream()
            .map(scope -> "\"" + scope.label() + "\"")
            .collect(Collectors.joining(",", "[", "]"));
    return new Refusal(
        403,
        "Forbidden",
        "this key lacks the scope " + names + ", which this call needs",
        ",\"missingScopes\":" + list);
  }

  /** The HTTP status of the refusal. */
  public int status() {
    return status;
  }

  /** The reason, for people. */
  public String detail() {
    return detail;
  }

  /**
   * @param retryAfterSeconds after how many seconds to retry; 0 if unknown
   */
  void write(HttpServletRequest request, HttpServletResponse response, long retryAfterSeconds)
      throws IOException {
    response.setStatus(status);
    if (this == NO_KEY) {
      // Basic makes a browser ask for a key. It comes first because some browsers read only the
      // first challenge.
      response.addHeader("WWW-Authenticate", "Basic " + REALM);
      response.addHeader("WWW-Authenticate", "Bearer realm=\"Counter Machine\"");
    }
    if (retryAfterSeconds > 0) {
      response.setHeader("Retry-After", Long.toString(retryAfterSeconds));
    }
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/problem+json");
    String id = RequestTrace.requestIdOf(request);
    String end = id == null ? "}" : ",\"%s\":\"%s\"}".formatted(RequestTrace.REQUEST_ID, id);
    byte[] bytes = (body + end).getBytes(UTF_8);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
