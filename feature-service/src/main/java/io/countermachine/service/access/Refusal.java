package io.countermachine.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers of the gate, as problems of RFC 9457. They repeat nothing of the request. */
enum Refusal {
  NO_KEY(
      401,
      "Unauthorized",
      "a valid API key is needed, in the header X-Api-Key or as a Bearer token; in a browser, the key's name and the key"),
  RATE(429, "Too Many Requests", "this key's rate limit is reached; try again after Retry-After"),
  OTHER_SITE(403, "Forbidden", "a browser sent this key for a page of another site");

  private static final String REALM = "realm=\"Counter Machine\", charset=\"UTF-8\"";

  private final int status;
  private final String body;

  Refusal(int status, String title, String detail) {
    this.status = status;
    this.body =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
            .formatted(title, status, detail);
  }

  int status() {
    return status;
  }

  /**
   * @param retryAfterSeconds when to come again; 0 for no such promise
   */
  void write(HttpServletResponse response, long retryAfterSeconds) throws IOException {
    response.setStatus(status);
    if (this == NO_KEY) {
      // Basic is what makes a browser ask; it comes first for those that look at one only.
      response.addHeader("WWW-Authenticate", "Basic " + REALM);
      response.addHeader("WWW-Authenticate", "Bearer realm=\"Counter Machine\"");
    }
    if (retryAfterSeconds > 0) {
      response.setHeader("Retry-After", Long.toString(retryAfterSeconds));
    }
    response.setHeader("Cache-Control", "no-store");
    response.setContentType("application/problem+json");
    byte[] bytes = body.getBytes(UTF_8);
    response.setContentLength(bytes.length);
    response.getOutputStream().write(bytes);
  }
}
