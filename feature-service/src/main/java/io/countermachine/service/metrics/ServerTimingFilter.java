package io.countermachine.service.metrics;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every response a {@code Server-Timing} header. Code that measures a request replaces it.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class ServerTimingFilter extends OncePerRequestFilter {
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    response.setHeader(ServerTiming.HEADER, ServerTiming.NOTHING);
    chain.doFilter(request, response);
  }
}
