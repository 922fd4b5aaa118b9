package io.countermachine.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Set;

/** The scopes that open an address. One of them is enough. */
final class RequiredScopes {
  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<Scope> FEATURES = EnumSet.of(Scope.FEATURES);
  private static final Set<Scope> CATALOG = EnumSet.of(Scope.FEATURES, Scope.INSPECT);
  private static final Set<Scope> INSPECT = EnumSet.of(Scope.INSPECT);
  private static final Set<Scope> METRICS = EnumSet.of(Scope.OPERATE, Scope.INSPECT);
  private static final Set<Scope> OPERATE = EnumSet.of(Scope.OPERATE);

  private RequiredScopes() {}

  /**
   * The scopes of a request. It uses the address as Tomcat decoded and normalized it, because the
   * same address has many spellings. An unknown address that could change something needs {@link
   * Scope#OPERATE}.
   */
  static Set<Scope> of(HttpServletRequest request) {
    String path = request.getServletPath();
    boolean reads = READING.contains(request.getMethod());
    if (path.equals("/v1/features")) {
      return FEATURES;
    }
    if (!reads) {
      return OPERATE;
    }
    if (path.equals("/v1/catalog") || path.equals("/v1/sets") || path.startsWith("/v1/sets/")) {
      return CATALOG;
    }
    return path.startsWith("/actuator/") ? METRICS : INSPECT;
  }
}
