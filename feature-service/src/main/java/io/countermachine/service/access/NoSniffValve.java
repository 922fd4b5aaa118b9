package io.countermachine.service.access;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Has browsers take every answer for what its content type says. A valve, as Tomcat answers a
 * malformed request without asking a filter.
 */
final class NoSniffValve extends ValveBase {
  NoSniffValve() {
    super(true);
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    response.setHeader("X-Content-Type-Options", "nosniff");
    getNext().invoke(request, response);
  }
}
