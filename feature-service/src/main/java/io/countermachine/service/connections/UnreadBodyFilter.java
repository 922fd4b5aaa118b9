package io.countermachine.service.connections;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Reads what is left of a body that was refused, over HTTP/2: what Tomcat does over HTTP/1.1 by
 * {@code server.tomcat.max-swallow-size}. A client that is still sending when it is refused would
 * otherwise wait for a window that never opens.
 */
final class UnreadBodyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String HTTP_2 = "HTTP/2.0";
  private static final int AT_ONCE = 8_192;

  private final long most;

  /**
   * @param most bytes that are read at most; a client that sends more is cut off
   */
  UnreadBodyFilter(long most) {
    this.most = most;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, response);
    if (HTTP_2.equals(request.getProtocol())
        && !request.isAsyncStarted()
        && !ConnectionEnd.isAsked(request)) {
      ServletInputStream in = request.getInputStream();
      if (!in.isFinished()) {
        drain(in);
      }
    }
  }

  private void drain(ServletInputStream in) throws IOException {
    byte[] dropped = new byte[AT_ONCE];
    long left = most;
    while (left > 0) {
      int read = in.read(dropped);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }
}
