package io.countermachine.service.tracing;

import jakarta.servlet.http.HttpServletRequest;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Identifies a request: its own id, and the id of the trace that it belongs to.
 *
 * @param requestId the caller's id, or one generated here; it needs no escaping in JSON
 * @param traceId the trace id of a W3C {@code traceparent}; null if there is none
 */
public record RequestTrace(String requestId, String traceId) {
  public static final String REQUEST_ID_HEADER = "X-Request-Id";
  public static final String TRACEPARENT_HEADER = "traceparent";

  /** The member of a problem that holds the request's id. */
  public static final String REQUEST_ID = "requestId";

  /** The name of the trace id in the log. */
  public static final String TRACE_ID = "traceId";

  private static final String ATTRIBUTE = "countermachine.trace";
  private static final int LONGEST_ID = 128;
  private static final String ID_MARKS = "-_.:/+=@";
  private static final int HEX_DIGITS = 16;

  /** Version, 32 digits of the trace, 16 of its parent, flags. */
  static final int TRACEPARENT_LENGTH = 55;

  private static final int TRACE_FROM = 3;
  private static final int TRACE_TO = 35;
  private static final int PARENT_TO = 52;

  /** The trace of a request, from its two headers. Each may be missing or invalid. */
  public static RequestTrace of(String requestId, String traceparent) {
    return new RequestTrace(isId(requestId) ? requestId : newId(), traceIdOf(traceparent));
  }

  /** Stores the trace with the request. */
  void keep(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }

  /** The id of a request; null if it has none, for example on the actuator's own port. */
  public static String requestIdOf(HttpServletRequest request) {
    return request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace ? trace.requestId : null;
  }

  private static boolean isId(String text) {
    if (text == null || text.isEmpty() || text.length() > LONGEST_ID) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!plain && ID_MARKS.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** 16 hexadecimal digits: enough to find one request of a day in a log. */
  private static String newId() {
    String digits = Long.toHexString(ThreadLocalRandom.current().nextLong());
    return "0".repeat(HEX_DIGITS - digits.length()) + digits;
  }

  /** The trace id of {@code 00-TRACE-PARENT-FLAGS}. Later versions may append more. */
  private static String traceIdOf(String header) {
    if (header == null || header.length() < TRACEPARENT_LENGTH || header.startsWith("ff")) {
      return null;
    }
    boolean isVersion0 = header.startsWith("00");
    boolean endsRight =
        header.length() == TRACEPARENT_LENGTH
            || (!isVersion0 && header.charAt(TRACEPARENT_LENGTH) == '-');
    if (!endsRight
        || !isHex(header, 0, TRACE_FROM - 1)
        || header.charAt(TRACE_FROM - 1) != '-'
        || !isHex(header, TRACE_FROM, TRACE_TO)
        || header.charAt(TRACE_TO) != '-'
        || !isHex(header, TRACE_TO + 1, PARENT_TO)
        || header.charAt(PARENT_TO) != '-'
        || !isHex(header, PARENT_TO + 1, TRACEPARENT_LENGTH)
        || isZero(header, TRACE_FROM, TRACE_TO)
        || isZero(header, TRACE_TO + 1, PARENT_TO)) {
      return null;
    }
    return header.substring(TRACE_FROM, TRACE_TO);
  }

  private static boolean isHex(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isZero(String text, int from, int to) {
    for (int i = from; i < to; i++) {
      if (text.charAt(i) != '0') {
        return false;
      }
    }
    return true;
  }
}
