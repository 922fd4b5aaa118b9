package io.countermachine.service.metrics;

import io.countermachine.catalog.Catalog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Times requests, by endpoint and set. docs/monitoring.md lists the metric. Rejected requests are
 * left out, because they would hide how long real responses take. The time in which a caller sends
 * its body is left out, too, because the service cannot change it.
 */
@Component
@Order(RequestMeters.ORDER)
public final class RequestMeters extends OncePerRequestFilter {
  static final int ORDER = 100;

  /** The request attribute with the name of the set. */
  public static final String SET = "countermachine.set";

  /** The name that requests with listed features get instead of a set's name. */
  public static final String LISTED = "(listed)";

  private static final String NO_SET = "none";

  /** The request attribute with the instant at which the request had been read. */
  private static final String BEGIN = "countermachine.begin";

  private final MeterRegistry registry;
  private final Map<String, Timer> features = new ConcurrentHashMap<>();
  private final Timer group;
  private final Timer catalog;

  RequestMeters(MeterRegistry registry, Catalog catalog) {
    this.registry = registry;
    catalog.sets().keySet().forEach(this::addSet);
    addSet(LISTED);
    addSet(NO_SET);
    this.group = timer("group", NO_SET);
    this.catalog = timer("catalog", NO_SET);
  }

  private void addSet(String set) {
    features.put(set, timer("features", set));
  }

  /** Creates timers on demand, because a changed catalog may add sets. */
  private Timer featuresOf(String set) {
    return features.computeIfAbsent(set, added -> timer("features", added));
  }

  private Timer timer(String endpoint, String set) {
    return Timer.builder("countermachine.request")
        .description("how long a request took, from the last byte read to the last byte written")
        .tag("endpoint", endpoint)
        .tag("set", set)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(2))
        .register(registry);
  }

  /**
   * Records that a request has been read completely. Without this call, its time begins at its
   * arrival.
   */
  public static void begin(HttpServletRequest request) {
    request.setAttribute(BEGIN, System.nanoTime());
  }

  /**
   * Records a request for features that did not arrive as HTTP.
   *
   * @param set the set, {@link #LISTED}, or null if the request could not be read
   */
  public void recordFeatures(String set, long nanos) {
    featuresOf(set == null ? NO_SET : set).record(nanos, TimeUnit.NANOSECONDS);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long cameIn = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } finally {
      Timer timer = timerOf(request);
      if (timer != null && response.getStatus() != HttpStatus.TOO_MANY_REQUESTS.value()) {
        long begin = request.getAttribute(BEGIN) instanceof Long read ? read : cameIn;
        timer.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
      }
    }
  }

  /**
   * The timer of the endpoint that Spring matched. The address cannot be used, because one endpoint
   * has many spellings.
   */
  private Timer timerOf(HttpServletRequest request) {
    Object endpoint = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
    if (!(endpoint instanceof String pattern)) {
      return null;
    }
    return switch (pattern) {
      case "/v1/features" -> {
        Object set = request.getAttribute(SET);
        yield featuresOf(set == null ? NO_SET : set.toString());
      }
      case "/v1/groups/{group}/{key}" -> group;
      case "/v1/catalog" -> catalog;
      default -> null;
    };
  }
}
