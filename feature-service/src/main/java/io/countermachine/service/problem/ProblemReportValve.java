package io.countermachine.service.problem;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/**
 * Turns errors that Tomcat detects before it calls the application, such as a malformed address,
 * into problems, too.
 */
public final class ProblemReportValve extends ErrorReportValve {
  private static final int FIRST_ERROR = 400;

  @Override
  protected void report(Request request, Response response, Throwable thrown) {
    int status = response.getStatus();
    if (status < FIRST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    String body =
        "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,\"detail\":\"the request is not well-formed HTTP\"}"
            .formatted(status == FIRST_ERROR ? "Bad Request" : "Error", status);
    try {
      response.setContentType("application/problem+json");
      response.getOutputStream().write(body.getBytes(UTF_8));
      response.finishResponse();
    } catch (IOException e) {
      container.getLogger().debug("the client is gone", e);
    }
  }
}
