package io.countermachine.service.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;

/**
 * The gate before everything: asks for a key where access is on, holds each key to its scopes and
 * its rate, and counts calls. Whatever it does not know is closed.
 */
final class AccessFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** An orchestrator's questions, which carry no key and are answered by UP or DOWN alone. */
  private static final Set<String> OPEN =
      Set.of("/actuator/health/liveness", "/actuator/health/readiness");

  private static final String API = "/v1/";
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final transient Optional<AccessKeys> keys;
  private final transient CallMeter meter;

  /**
   * @param keys the keys that are taken; empty where access is off
   */
  AccessFilter(Optional<AccessKeys> keys, CallMeter meter) {
    this.keys = keys;
    this.meter = meter;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (keys.isEmpty() || isOpen(request)) {
      pass(CallerNames.ANONYMOUS, request, response, chain);
      return;
    }
    Optional<PresentedKey> presented = PresentedKey.of(request);
    Optional<ApiKey> key = presented.flatMap(keys.get()::find);
    if (key.isEmpty()) {
      refuse(Refusal.NO_KEY, CallerNames.UNKNOWN, 0, request, response);
      return;
    }
    long waitSeconds = key.get().limit().map(RateLimit::take).orElse(0L);
    if (waitSeconds > 0) {
      meter.countRateLimited();
      refuse(Refusal.RATE, key.get().name(), waitSeconds, request, response);
    } else if (presented.get().isSentByBrowsers() && isOtherSites(request)) {
      refuse(Refusal.OTHER_SITE, key.get().name(), 0, request, response);
    } else if (!key.get().hasOneOf(RequiredScopes.of(request))) {
      refuse(
          Refusal.missingScope(RequiredScopes.of(request)), key.get().name(), 0, request, response);
    } else {
      pass(key.get().name(), request, response, chain);
    }
  }

  /** The address as it came: one that is written otherwise, if only by an escape, is not open. */
  private static boolean isOpen(HttpServletRequest request) {
    return READING.contains(request.getMethod()) && OPEN.contains(pathOf(request));
  }

  /** Whether it leads to the API, however its address is written. */
  private static boolean isApi(HttpServletRequest request) {
    return request.getServletPath().startsWith(API);
  }

  private static String pathOf(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  /** Whether a page of another site makes a browser change something in its user's name. */
  private static boolean isOtherSites(HttpServletRequest request) {
    String site = request.getHeader("Sec-Fetch-Site");
    return site != null && !OWN_SITE.contains(site) && !READING.contains(request.getMethod());
  }

  private void refuse(
      Refusal refusal,
      String caller,
      long waitSeconds,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    meter.count(caller, refusal.status());
    refusal.write(request, response, waitSeconds);
  }

  private void pass(
      String caller, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!isApi(request)) {
      chain.doFilter(request, response);
      return;
    }
    boolean thrown = true;
    try {
      chain.doFilter(request, response);
      thrown = false;
    } finally {
      meter.count(
          caller, thrown ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
    }
  }
}
