package io.countermachine.service.access;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/** The scopes of a request's key, kept with the request. */
public final class GrantedScopes {
  private static final String ATTRIBUTE = "countermachine.scopes";

  private GrantedScopes() {}

  static void set(HttpServletRequest request, Set<Scope> scopes) {
    request.setAttribute(ATTRIBUTE, scopes);
  }

  /** Whether the request has a scope; every request has, where no key is asked for. */
  public static boolean has(HttpServletRequest request, Scope scope) {
    return !(request.getAttribute(ATTRIBUTE) instanceof Set<?> scopes) || scopes.contains(scope);
  }
}
