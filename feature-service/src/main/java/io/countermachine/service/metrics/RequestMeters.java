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
 * Times the requests that were worked on, by endpoint and set; the name is that of
 * docs/monitoring.md. What was turned away at once would hide how long answers take, and the time
 * that a caller takes to send its body is not the service's.
 */
@Component
@Order(RequestMeters.ORDER)
public final class RequestMeters extends OncePerRequestFilter {
  static final int ORDER = 100;

  /** The request's attribute that names the set. */
  public static final String SET = "countermachine.set";

  /** In place of a set's name where features are listed. */
  public static final String LISTED = "(listed)";

  private static final String NO_SET = "none";

  /** The request's attribute with the instant at which it had been read. */
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

  /** Of a set that came with a change of the catalog, too. */
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

  /** Notes that a request has been read whole; without it, its time begins where it came in. */
  public static void begin(HttpServletRequest request) {
    request.setAttribute(BEGIN, System.nanoTime());
  }

  /**
   * Records a request for features that did not come over HTTP/1.1 or 2 as such.
   *
   * @param set the set, {@link #LISTED}, or null where the request could not be read
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
   * The timer of what answered, as Spring found it: an address can be written in many ways that
   * lead to the same place.
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
