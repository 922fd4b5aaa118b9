package io.countermachine.service.admission;

import io.countermachine.service.concurrency.AdaptiveLimit;
import io.countermachine.service.problem.Overloaded;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Rejects requests with 429 instead of letting them queue for long. The number of places for
 * concurrent requests adapts ({@link AdaptiveLimit}), and a large request takes several.
 *
 * <p>A request is admitted after its body has been read. It keeps its places until its response is
 * written, because its memory is held until then. Its latency is recorded before the response goes
 * out, so that slow callers do not affect the limit.
 */
@Component
public final class Admission {
  private static final int ONE = 1;

  private final boolean enabled;
  private final LatencyTarget latencyTarget;
  private final LongSupplier nanoTime;
  private final AdaptiveLimit limit;
  private final Places places;
  private final Counter rejected;

  @Autowired
  public Admission(AdmissionProperties properties, MeterRegistry registry) {
    this(properties, registry, System::nanoTime);
  }

  /**
   * @param nanoTime a monotonic clock, in nanoseconds
   */
  Admission(AdmissionProperties properties, MeterRegistry registry, LongSupplier nanoTime) {
    this.enabled = properties.enabled();
    this.latencyTarget = new LatencyTarget(properties.slow());
    this.nanoTime = nanoTime;
    this.limit =
        new AdaptiveLimit(
            properties.initialLimit(),
            properties.minLimit(),
            properties.maxLimit(),
            properties.window(),
            nanoTime.getAsLong());
    this.places = new Places(limit::get, properties.maxWait().toNanos(), nanoTime);
    Gauge.builder("countermachine.admission.limit", limit, AdaptiveLimit::get)
        .description("places for concurrent requests; a large request takes several")
        .register(registry);
    Gauge.builder("countermachine.admission.in.flight", places, Places::taken)
        .description("places in use")
        .register(registry);
    Gauge.builder("countermachine.admission.waiting", places, Places::waiting)
        .description("requests that are waiting for a place")
        .register(registry);
    this.rejected =
        Counter.builder("countermachine.admission.rejected")
            .description("requests turned away with 429")
            .tag("reason", "overload")
            .register(registry);
  }

  /**
   * Admits a request whose size is not known yet.
   *
   * @param budgetNanos how long the request may take; it waits for a place for at most half of that
   * @throws Overloaded if no place becomes free in time
   */
  public Permit admit(long budgetNanos) {
    Permit permit = new Permit();
    permit.take(ONE, budgetNanos);
    return permit;
  }

  /**
   * The places of one request. If it is closed without {@link #complete} or {@link #incomplete},
   * for example because the request was wrong, it does not affect the limit.
   */
  public final class Permit implements AutoCloseable {
    private int keys = 1;
    private long values = 1;
    private int taken;
    private long beginNanos;

    private Permit() {}

    /**
     * Takes the places that a request of a known size needs. It holds no place while it waits, so
     * that requests cannot block each other.
     *
     * @param keys how many keys it reads
     * @param values how many values its response has
     * @param budgetNanos how long the request may still take
     * @throws Overloaded if not enough places become free in time
     */
    public void resize(int keys, long values, long budgetNanos) {
      this.keys = keys;
      this.values = values;
      int needed = RequestCost.places(keys, values);
      if (needed != taken) {
        take(needed, budgetNanos);
      }
    }

    private void take(int needed, long budgetNanos) {
      if (enabled) {
        int before = taken;
        taken = 0;
        if (!places.take(needed, before, budgetNanos / 2)) {
          rejected.increment();
          throw new Overloaded(
              "the service has reached its limit of concurrent requests; try again");
        }
        taken = needed;
      }
      beginNanos = nanoTime.getAsLong();
    }

    /** Records that the request got its whole response. */
    public void complete() {
      long now = nanoTime.getAsLong();
      ended(now, isSlow(now));
    }

    /**
     * Records that the response lacks values. The request counts as slow if it took longer than the
     * target for its size, or if it used up the service's own deadline. Otherwise it does not
     * count, because a caller may set a short deadline and a store may fail at once.
     *
     * @param missedDeadline whether the service's own deadline has passed
     */
    public void incomplete(boolean missedDeadline) {
      long now = nanoTime.getAsLong();
      if (missedDeadline || isSlow(now)) {
        ended(now, true);
      }
    }

    private boolean isSlow(long now) {
      return now - beginNanos > latencyTarget.nanos(keys, values);
    }

    private void ended(long now, boolean slow) {
      if (enabled) {
        limit.ended(beginNanos, now, slow, 2 * places.taken() >= limit.get());
      }
    }

    @Override
    public void close() {
      if (taken > 0) {
        places.release(taken);
        taken = 0;
      }
    }
  }
}
