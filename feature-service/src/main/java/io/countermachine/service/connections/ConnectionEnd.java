package io.countermachine.service.connections;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;

/**
 * Closes the connections of marked requests (over HTTP/2, their streams). Tomcat then waits neither
 * for the rest of a body nor for the caller to read the response.
 */
public final class ConnectionEnd extends ValveBase {
  private static final String ASKED = ConnectionEnd.class.getName();

  ConnectionEnd() {
    super(true);
  }

  /** Marks a request: its connection closes once what was written of the response has been sent. */
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
