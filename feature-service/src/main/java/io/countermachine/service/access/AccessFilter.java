package io.countermachine.service.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/** Puts the gate before all that is served over HTTP. Whatever it does not know is closed. */
final class AccessFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** An orchestrator's questions, which carry no key and are answered by UP or DOWN alone. */
  private static final Set<String> OPEN =
      Set.of("/actuator/health/liveness", "/actuator/health/readiness");

  private static final String API = "/v1/";
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> OWN_SITE = Set.of("same-origin", "none");

  private final transient AccessGate gate;

  AccessFilter(AccessGate gate) {
    this.gate = gate;
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!gate.isOn() || isOpen(request)) {
      pass(AccessGate.Decision.OPEN, request, response, chain);
      return;
    }
    AccessGate.Decision decision =
        gate.decide(PresentedKey.of(request), RequiredScopes.of(request), isOtherSites(request));
    if (decision.isRefused()) {
      decision.refusal().write(request, response, decision.waitSeconds());
    } else {
      pass(decision, request, response, chain);
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

  private void pass(
      AccessGate.Decision decision,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
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
      gate.ended(
          decision, thrown ? HttpServletResponse.SC_INTERNAL_SERVER_ERROR : response.getStatus());
    }
  }
}
