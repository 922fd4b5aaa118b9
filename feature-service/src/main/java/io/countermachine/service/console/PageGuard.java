package io.countermachine.service.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.mvc.ParameterizableViewController;

/**
 * Sets the headers of the console's pages: they load nothing from elsewhere, run no inline code and
 * are shown in no frame. Where the console is turned off there are no pages.
 */
final class PageGuard implements HandlerInterceptor {
  static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

  private static final String EVERYTHING = "/**";

  private final boolean enabled;

  PageGuard(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
    if (!isConsoles(request, handler)) {
      return true;
    }
    if (!enabled) {
      response.sendError(HttpServletResponse.SC_NOT_FOUND);
      return false;
    }
    response.setHeader("Content-Security-Policy", POLICY);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("Referrer-Policy", "no-referrer");
    // Files of a reproducible build keep one date, by which a browser would keep old ones for
    // weeks.
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    return true;
  }

  /**
   * By what answers and not by the address, which can be written in many ways: the service's own
   * files are the console's, and they alone are found by the pattern of everything.
   */
  private static boolean isConsoles(HttpServletRequest request, Object handler) {
    if (handler instanceof HandlerMethod method) {
      return method.getBeanType() == ConsoleController.class;
    }
    return handler instanceof ParameterizableViewController
        || EVERYTHING.equals(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
  }
}
