package io.countermachine.service.connections;

import org.apache.coyote.Request;
import org.apache.coyote.http2.Http2Protocol;

/**
 * HTTP/2 by ALPN over TLS. Without TLS, for clients that know about it beforehand, or that ask for
 * the upgrade with a request that has no body.
 *
 * <p>To upgrade a request with a body, Tomcat would hold the whole body in memory, and refuse one
 * of more than a few kilobytes with 413. So a request with a body gets a response in HTTP/1.1, as
 * if HTTP/2 did not exist.
 */
final class OfferedHttp2 extends Http2Protocol {
  /**
   * Concurrent requests per connection. Each request has a thread from its first byte. If one had
   * to wait for a thread, its data would fill the connection's flow-control window, and block the
   * others. The number is half of Tomcat's threads, so that one connection cannot take all of them.
   */
  private static final int MOST_STREAMS = 100;

  /**
   * Creates it with the time limits of HTTP/1.1.
   *
   * @param keepAliveMillis how long an idle connection is kept
   * @param pauseMillis how long a body may pause while it arrives, and a response while it is read
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
