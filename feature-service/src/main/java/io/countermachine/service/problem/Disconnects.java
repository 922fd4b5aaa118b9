package io.countermachine.service.problem;

import io.countermachine.service.connections.ConnectionEnd;
import io.countermachine.service.connections.SlowReaderException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.SocketTimeoutException;
import org.apache.catalina.connector.ClientAbortException;
import org.apache.coyote.CloseNowException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;

/**
 * Connections that callers end in the middle of a call. They are only counted, because nobody is
 * left to respond to and the service did nothing wrong.
 */
@Component
final class Disconnects {
  private static final Logger LOG = LoggerFactory.getLogger(Disconnects.class);

  private final Counter hangUps;
  private final Counter slowReaders;
  private final Counter slowSenders;

  Disconnects(MeterRegistry registry) {
    this.hangUps = counter(registry, "hang_up");
    this.slowReaders = counter(registry, "slow_reader");
    this.slowSenders = counter(registry, "slow_sender");
  }

  private static Counter counter(MeterRegistry registry, String reason) {
    return Counter.builder("countermachine.disconnects")
        .description("connections that callers closed in the middle of a call")
        .tag("reason", reason)
        .register(registry);
  }

  /**
   * Handles a failure if its cause is that the caller ended the connection.
   *
   * @return true if so; no response is needed then
   */
  boolean take(Throwable failure, HttpServletRequest request, HttpServletResponse response) {
    boolean gone = false;
    boolean slow = false;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SlowReaderException) {
        ConnectionEnd.after(request);
        gone = true;
        slow = true;
      }
      gone |=
          cause instanceof ClientAbortException
              || cause instanceof CloseNowException
              || cause instanceof AsyncRequestNotUsableException;
      slow |= cause instanceof SocketTimeoutException;
    }
    if (!gone) {
      return false;
    }
    LOG.debug("the caller is gone", failure);
    if (!slow) {
      hangUps.increment();
    } else if (response.isCommitted()) {
      slowReaders.increment();
    } else {
      // Tomcat itself responds with 408 to a body that pauses for too long.
      slowSenders.increment();
    }
    return true;
  }

  /** Records a body that does not arrive in time. */
  void slowSender(HttpServletRequest request) {
    ConnectionEnd.after(request);
    slowSenders.increment();
  }
}
