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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Times the requests that were admitted, by endpoint and set; the name is that of
 * docs/monitoring.md.
 */
@Component
@Order(RequestMeters.ORDER)
public final class RequestMeters extends OncePerRequestFilter {
  /** After admission: what is turned away at once would hide how long answers take. */
  public static final int ORDER = 100;

  /** The request's attribute that names the set. */
  public static final String SET = "countermachine.set";

  private static final String NO_SET = "none";
  private static final Map<String, String> ENDPOINTS =
      Map.of("/v1/features", "features", "/v1/catalog", "catalog");
  private static final String GROUPS = "/v1/groups/";

  private final MeterRegistry registry;
  private final Map<String, Timer> features = new HashMap<>();
  private final Timer group;
  private final Timer catalog;

  RequestMeters(MeterRegistry registry, Catalog catalog) {
    this.registry = registry;
    catalog.sets().keySet().forEach(this::addSet);
    addSet("(listed)");
    addSet(NO_SET);
    this.group = timer("group", NO_SET);
    this.catalog = timer("catalog", NO_SET);
  }

  private void addSet(String set) {
    features.put(set, timer("features", set));
  }

  private Timer timer(String endpoint, String set) {
    return Timer.builder("countermachine.request")
        .description("how long a request took, from the first filter to the last byte")
        .tag("endpoint", endpoint)
        .tag("set", set)
        .publishPercentileHistogram()
        .minimumExpectedValue(Duration.ofMillis(1))
        .maximumExpectedValue(Duration.ofSeconds(2))
        .register(registry);
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return timerOf(request) == null;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    long begin = System.nanoTime();
    try {
      chain.doFilter(request, response);
    } finally {
      timerOf(request).record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    }
  }

  private Timer timerOf(HttpServletRequest request) {
    String path = request.getRequestURI();
    if (path.startsWith(GROUPS)) {
      return group;
    }
    String endpoint = ENDPOINTS.get(path);
    if (endpoint == null) {
      return null;
    }
    if (endpoint.equals("catalog")) {
      return catalog;
    }
    Object set = request.getAttribute(SET);
    return features.get(set == null ? NO_SET : set);
  }
}
