package io.countermachine.service.probes;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/** Serves only health on the probe port. Everything else gets 404. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ProbePortFilter extends OncePerRequestFilter {
  private static final Set<String> ANSWERED =
      Set.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness");

  private final int port;

  ProbePortFilter(ProbesProperties properties) {
    this.port = properties.port();
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String path = request.getRequestURI().substring(request.getContextPath().length());
    if (request.getLocalPort() == port && !ANSWERED.contains(path)) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
    } else {
      chain.doFilter(request, response);
    }
  }
}
