package io.countermachine.service.admission;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.countermachine.service.problem.Overloaded;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Turns requests away with 429 before they queue. The limit of requests at once adapts: it grows by
 * one with each that is fast while the limit is in use, and falls by a tenth with each that is slow
 * (additive increase, multiplicative decrease; Chiu and Jain 1989).
 *
 * <p>A request is admitted once its body has been read, and is done before its answer goes out, so
 * that slow callers take no place and say nothing of the load.
 *
 * <p>A limit by gradients of latency was rejected: it takes a ranker's thousand candidates after
 * many small requests for congestion.
 */
@Component
public final class Admission {
  private final boolean enabled;
  private final Slowness slowness;
  private final LongSupplier nanoTime;
  private final SimpleLimiter<Void> limiter;
  private final Counter rejected;

  @Autowired
  public Admission(AdmissionProperties properties, MeterRegistry registry) {
    this(properties, registry, System::nanoTime);
  }

  /**
   * @param nanoTime a clock that only goes forward, in nanoseconds
   */
  Admission(AdmissionProperties properties, MeterRegistry registry, LongSupplier nanoTime) {
    this.enabled = properties.enabled();
    this.slowness = new Slowness(properties.slow());
    this.nanoTime = nanoTime;
    AIMDLimit limit =
        AIMDLimit.newBuilder()
            .initialLimit(properties.initialLimit())
            .minLimit(properties.minLimit())
            .maxLimit(properties.maxLimit())
            // What is slow depends on the request, which the library does not see.
            .timeout(Long.MAX_VALUE, TimeUnit.NANOSECONDS)
            .build();
    this.limiter = SimpleLimiter.newBuilder().limit(limit).build();
    Gauge.builder("countermachine.admission.limit", limiter, SimpleLimiter::getLimit)
        .description("requests that may be worked on at once")
        .register(registry);
    Gauge.builder("countermachine.admission.in.flight", limiter, SimpleLimiter::getInflight)
        .description("requests that are worked on now")
        .register(registry);
    this.rejected =
        Counter.builder("countermachine.admission.rejected")
            .description("requests turned away with 429")
            .tag("reason", "overload")
            .register(registry);
  }

  /**
   * Lets a request in.
   *
   * @throws Overloaded where as many as may be are worked on
   */
  public Permit admit() {
    if (!enabled) {
      return new Permit(null);
    }
    Limiter.Listener listener = limiter.acquire(null).orElse(null);
    if (listener == null) {
      rejected.increment();
      throw new Overloaded("the service works on as many requests as it can; try again");
    }
    return new Permit(listener);
  }

  /**
   * The place of one request. Closed without a word of how it went, as where the caller is at
   * fault, it leaves the limit as it is.
   */
  public final class Permit implements AutoCloseable {
    private final long beginNanos = nanoTime.getAsLong();
    private Limiter.Listener listener;

    private Permit(Limiter.Listener listener) {
      this.listener = listener;
    }

    /**
     * The request has its whole answer.
     *
     * @param keys how many keys it read
     * @param values how many values it answers with
     */
    public void complete(int keys, long values) {
      if (listener == null) {
        return;
      }
      if (nanoTime.getAsLong() - beginNanos > slowness.nanos(keys, values)) {
        listener.onDropped();
      } else {
        listener.onSuccess();
      }
      listener = null;
    }

    /** The service's own deadline passed before the store had answered. */
    public void missedDeadline() {
      if (listener != null) {
        listener.onDropped();
        listener = null;
      }
    }

    @Override
    public void close() {
      if (listener != null) {
        listener.onIgnore();
        listener = null;
      }
    }
  }
}
