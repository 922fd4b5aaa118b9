package io.countermachine.service.probes;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Goes on answering for a while when a stop was asked for. Spring has made readiness 503 by then,
 * but balancers hear of it later, and still send requests.
 */
@Component
final class PreStopDelay implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(PreStopDelay.class);

  private final Duration delay;
  private volatile boolean running;

  PreStopDelay(ProbesProperties properties) {
    this.delay = properties.preStopDelay();
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    if (delay.isZero()) {
      return;
    }
    LOG.info("taking requests for another {} before the stop", delay);
    try {
      Thread.sleep(delay.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which stops to take requests in a later phase. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
