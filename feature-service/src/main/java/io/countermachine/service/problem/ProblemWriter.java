package io.countermachine.service.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** Writes problems from filters, which are outside of Spring's own handling. */
public final class ProblemWriter {
  private ProblemWriter() {}

  /**
   * Answers with a problem.
   *
   * @param detail what is wrong, in characters that JSON needs no escapes for
   */
  public static void write(HttpServletResponse response, HttpStatus status, String detail)
      throws IOException {
    byte[] body =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
            .formatted(status.getReasonPhrase(), status.value(), detail)
            .getBytes(StandardCharsets.UTF_8);
    response.setStatus(status.value());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
