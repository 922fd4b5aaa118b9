package io.countermachine.service.access;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Makes browsers trust the content type of every response. This is a valve because Tomcat responds
 * to a malformed request without calling any filter.
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
