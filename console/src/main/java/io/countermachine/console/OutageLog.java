package io.countermachine.console;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs a failure once, until the component works again, because pages ask every second or two. The
 * cause goes only to the log, because it may contain hosts and settings.
 */
final class OutageLog {
  private static final Logger LOG = LoggerFactory.getLogger(OutageLog.class);

  private final String what;
  private final AtomicBoolean out = new AtomicBoolean();

  OutageLog(String what) {
    this.what = what;
  }

  void failed(Throwable why) {
    if (out.compareAndSet(false, true)) {
      LOG.warn("the console cannot reach the {}: {}", what, why.toString());
    } else {
      LOG.debug("the console still cannot reach the {}", what, why);
    }
  }

  void works() {
    out.set(false);
  }
}
