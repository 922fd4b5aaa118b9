package io.countermachine.service.admission;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.countermachine.service.problem.ProblemWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Turns requests away with 429 before they queue. The limit of requests at once adapts: it grows by
 * one with each request that is fast while the limit is in use, and falls by a tenth with each that
 * is slow (additive increase, multiplicative decrease; Chiu and Jain 1989).
 *
 * <p>A limit by gradients of latency was rejected: it takes a ranker's thousand candidates after
 * many small requests for congestion.
 */
@Component
@Order(AdmissionFilter.ORDER)
final class AdmissionFilter extends OncePerRequestFilter {
  static final int ORDER = 50;

  private static final String RETRY_SECONDS = "1";
  private static final int SERVER_ERROR = 500;

  private final boolean enabled;
  private final SimpleLimiter<Void> limiter;
  private final Counter rejected;

  AdmissionFilter(AdmissionProperties properties, MeterRegistry registry) {
    this.enabled = properties.enabled();
    AIMDLimit limit =
        AIMDLimit.newBuilder()
            .initialLimit(properties.initialLimit())
            .minLimit(properties.minLimit())
            .maxLimit(properties.maxLimit())
            .timeout(properties.slow().toNanos(), TimeUnit.NANOSECONDS)
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

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !enabled || !request.getRequestURI().startsWith("/v1/");
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<Limiter.Listener> admitted = limiter.acquire(null);
    if (admitted.isEmpty()) {
      rejected.increment();
      response.setHeader("Retry-After", RETRY_SECONDS);
      ProblemWriter.write(
          response,
          HttpStatus.TOO_MANY_REQUESTS,
          "the service works on as many requests as it can; try again");
      return;
    }
    boolean answered = false;
    try {
      chain.doFilter(request, response);
      answered = true;
    } finally {
      release(admitted.get(), answered, response.getStatus());
    }
  }

  /** A faulty request says nothing of the load. */
  private static void release(Limiter.Listener listener, boolean answered, int status) {
    if (!answered || status >= SERVER_ERROR) {
      listener.onDropped();
    } else if (status == HttpStatus.OK.value()) {
      listener.onSuccess();
    } else {
      listener.onIgnore();
    }
  }
}
