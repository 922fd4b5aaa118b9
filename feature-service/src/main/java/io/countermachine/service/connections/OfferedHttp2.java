package io.countermachine.service.connections;

import org.apache.coyote.Request;
import org.apache.coyote.http2.Http2Protocol;

/**
 * HTTP/2 as it is offered: by ALPN over TLS, and without TLS to clients that know of it beforehand
 * or that ask for the upgrade with a request without a body.
 *
 * <p>Tomcat would hold a whole body in memory before it upgrades and refuse one of more than a few
 * kilobytes with 413. So a request with a body is answered by HTTP/1.1, as if nothing had been
 * offered.
 */
final class OfferedHttp2 extends Http2Protocol {
  /**
   * Requests of one connection at once. Each has a thread from its first byte on: one that waited
   * for a thread would keep what it has sent in the connection's window, and so keep the others
   * from sending theirs. Half of Tomcat's threads, so that one connection cannot take all.
   */
  private static final int MOST_STREAMS = 100;

  /**
   * Creates it with the time limits of HTTP/1.1.
   *
   * @param keepAliveMillis how long an idle connection is kept
   * @param pauseMillis how long a body may pause while it comes in, and an answer while it is read
   */
  OfferedHttp2(long keepAliveMillis, long pauseMillis) {
    setKeepAliveTimeout(keepAliveMillis);
    setStreamReadTimeout(pauseMillis);
    setStreamWriteTimeout(pauseMillis);
    setMaxConcurrentStreams(MOST_STREAMS);
    setMaxConcurrentStreamExecution(MOST_STREAMS);
  }

  @Override
  public boolean accept(Request request) {
    boolean hasBody =
        request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    return !hasBody && super.accept(request);
  }
}
