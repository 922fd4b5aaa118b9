package io.countermachine.service.probes;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps responding for a while after a stop was requested. Readiness is already 503 by then, but
 * load balancers notice later and still send requests.
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

  /** An earlier phase than the one in which the web server stops accepting requests. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }
}
