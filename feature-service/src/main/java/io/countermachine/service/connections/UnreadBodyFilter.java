package io.countermachine.service.connections;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Over HTTP/2, reads the rest of a refused request's body. Tomcat does this only for HTTP/1.1
 * ({@code server.tomcat.max-swallow-size}). Without it, a client that is still sending would wait
 * forever for flow-control window.
 */
final class UnreadBodyFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;
  private static final String HTTP_2 = "HTTP/2.0";
  private static final int AT_ONCE = 8_192;

  private final long most;

  /**
   * @param most the maximum number of bytes to read; a client that sends more is cut off
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
