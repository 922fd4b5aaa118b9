package io.countermachine.service.console;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Sets the headers of the console's pages: they load nothing from elsewhere, run no inline code and
 * are shown in no frame. Where the console is turned off there are no pages.
 */
final class PageGuard implements HandlerInterceptor {
  static final String POLICY =
      "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

  private final boolean enabled;

  PageGuard(boolean enabled) {
    this.enabled = enabled;
  }

  @Override
  public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler)
      throws IOException {
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
}
