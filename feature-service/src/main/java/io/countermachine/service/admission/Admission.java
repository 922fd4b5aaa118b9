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
 * Turns requests away with 429 before they queue for long. The places for requests at once adapt
 * ({@link AdaptiveLimit}), and large requests take several.
 *
 * <p>A request is admitted once its body has been read, and keeps its places until its answer is
 * written, as its memory is held until then. What it says of the load is settled before the answer
 * goes out: slow callers say nothing of it.
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
   * @param nanoTime a clock that only goes forward, in nanoseconds
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
        .description("places for requests at once; a large request takes several")
        .register(registry);
    Gauge.builder("countermachine.admission.in.flight", places, Places::taken)
        .description("places that are taken now")
        .register(registry);
    Gauge.builder("countermachine.admission.waiting", places, Places::waiting)
        .description("requests that wait for a place now")
        .register(registry);
    this.rejected =
        Counter.builder("countermachine.admission.rejected")
            .description("requests turned away with 429")
            .tag("reason", "overload")
            .register(registry);
  }

  /**
   * Lets a request in, whose size is not known yet.
   *
   * @param budgetNanos how long the request may take; it waits for a place for half of that at most
   * @throws Overloaded where there is no place in time
   */
  public Permit admit(long budgetNanos) {
    Permit permit = new Permit();
    permit.take(ONE, budgetNanos);
    return permit;
  }

  /**
   * The places of one request. Closed without a word of how it went, as where the caller is at
   * fault, it leaves the limit as it is.
   */
  public final class Permit implements AutoCloseable {
    private int keys = 1;
    private long values = 1;
    private int taken;
    private long beginNanos;

    private Permit() {}

    /**
     * Takes what a request of a known size needs. While it waits it has no place, so that requests
     * never wait for each other.
     *
     * @param keys how many keys it reads
     * @param values how many values it answers with
     * @param budgetNanos how long the request may still take
     * @throws Overloaded where there are not enough places in time
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
          throw new Overloaded("the service works on as many requests as it can; try again");
        }
        taken = needed;
      }
      beginNanos = nanoTime.getAsLong();
    }

    /** The request has its whole answer. */
    public void complete() {
      long now = nanoTime.getAsLong();
      ended(now, isSlow(now));
    }

    /**
     * The request lacks values. It was slow where it took longer than slow requests of its size, or
     * as long as the service itself lets any take; otherwise it says nothing, as a caller may cut
     * it short or the store may fail at once.
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
