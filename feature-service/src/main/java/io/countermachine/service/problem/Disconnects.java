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
 * Connections that end in the middle of a call, through the caller: counted, and no more than that,
 * as there is nobody to answer and nothing to mend here.
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
        .description("connections that ended in the middle of a call, through the caller")
        .tag("reason", reason)
        .register(registry);
  }

  /**
   * Takes a failure that is a caller's end of the connection.
   *
   * @return whether it is one; then there is nothing to answer
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
      // Tomcat answers a body that pauses for too long with 408 itself.
      slowSenders.increment();
    }
    return true;
  }

  /** Takes a body that does not come in in time. */
  void slowSender(HttpServletRequest request) {
    ConnectionEnd.after(request);
    slowSenders.increment();
  }
}
