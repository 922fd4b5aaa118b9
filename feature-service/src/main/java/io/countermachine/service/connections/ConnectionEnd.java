package io.countermachine.service.connections;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Ends the connections of requests for which that was asked (over HTTP/2 their streams), so that
 * Tomcat waits neither for the rest of a body nor for its answer to be read.
 */
public final class ConnectionEnd extends ValveBase {
  private static final String ASKED = ConnectionEnd.class.getName();

  ConnectionEnd() {
    super(true);
  }

  /** Asks for the end of a request's connection, once what was written of its answer is sent. */
  public static void after(HttpServletRequest request) {
    request.setAttribute(ASKED, true);
  }

  static boolean isAsked(HttpServletRequest request) {
    return request.getAttribute(ASKED) != null;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    getNext().invoke(request, response);
    if (!isAsked(request)) {
      return;
    }
    if (!response.isCommitted()) {
      response.setSuspended(false);
      response.finishResponse();
    }
    response.getCoyoteResponse().action(ActionCode.CLOSE_NOW, null);
  }
}
