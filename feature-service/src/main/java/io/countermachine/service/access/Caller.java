package io.countermachine.service.access;

import jakarta.servlet.http.HttpServletRequest;

/** Who calls. */
public final class Caller {
  /** The request attribute with the caller's name. */
  public static final String ATTRIBUTE = "io.countermachine.caller";

  private Caller() {}

  /** The name of a request's caller; "anonymous" where no key was asked for. */
  public static String of(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof String name ? name : CallerNames.ANONYMOUS;
  }
}
