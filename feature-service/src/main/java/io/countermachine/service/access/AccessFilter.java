package io.countermachine.service.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/** Applies the gate to everything that is served over HTTP. An unknown address needs a key. */
final class AccessFilter extends HttpFilter {
  private static final long serialVersionUID = 1L;

  /** Probe addresses. An orchestrator calls them without a key, and gets only UP or DOWN. */
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

  /**
   * Compares the raw address. An address in any other spelling, such as an escaped one, is not
   * open.
   */
  private static boolean isOpen(HttpServletRequest request) {
    return READING.contains(request.getMethod()) && OPEN.contains(pathOf(request));
  }

  /** Returns true if the request leads to the API, in any spelling of its address. */
  private static boolean isApi(HttpServletRequest request) {
    return request.getServletPath().startsWith(API);
  }

  private static String pathOf(HttpServletRequest request) {
    return request.getRequestURI().substring(request.getContextPath().length());
  }

  /**
   * Returns true if a page of another site made the browser send this request to change something
   * in the user's name.
   */
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
