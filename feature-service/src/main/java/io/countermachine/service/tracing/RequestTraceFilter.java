package io.countermachine.service.tracing;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Gives every request an id. Its response, its problem and its thread's log lines carry the id. A
 * {@code traceparent} is returned with the response, and its trace id goes to the log.
 *
 * <p>Calls to the store carry neither, because one read serves all requests that need the key.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class RequestTraceFilter extends OncePerRequestFilter {
  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String traceparent = request.getHeader(RequestTrace.TRACEPARENT_HEADER);
    RequestTrace trace =
        RequestTrace.of(request.getHeader(RequestTrace.REQUEST_ID_HEADER), traceparent);
    trace.keep(request);
    response.setHeader(RequestTrace.REQUEST_ID_HEADER, trace.requestId());
    MDC.put(RequestTrace.REQUEST_ID, trace.requestId());
    if (trace.traceId() != null) {
      // A later version may append more, of any length.
      response.setHeader(
          RequestTrace.TRACEPARENT_HEADER,
          traceparent.substring(0, RequestTrace.TRACEPARENT_LENGTH));
      MDC.put(RequestTrace.TRACE_ID, trace.traceId());
    }
    try {
      chain.doFilter(request, response);
    } finally {
      MDC.remove(RequestTrace.REQUEST_ID);
      MDC.remove(RequestTrace.TRACE_ID);
    }
  }
}
