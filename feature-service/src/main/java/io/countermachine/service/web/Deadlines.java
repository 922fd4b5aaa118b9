package io.countermachine.service.web;

import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.store.Deadline;
import java.time.Duration;

/** Deadlines of requests. A caller can only lower the service's own deadline. */
public final class Deadlines {
  /** The header with a caller's time limit in milliseconds. */
  public static final String HEADER = "X-Deadline-Ms";

  private static final int MOST_DIGITS = 9;

  private final RequestProperties properties;
  private final Budget own;

  public Deadlines(RequestProperties properties) {
    this.properties = properties;
    this.own = new Budget(properties.longestWait(properties.deadline()), false);
  }

  /**
   * The time that a request may wait for places and for the store.
   *
   * @param length counted from when the request has been read; {@link RequestProperties#reserve} is
   *     left for its response
   * @param isCallers whether the caller made it shorter than the service's own
   */
  public record Budget(Duration length, boolean isCallers) {
    /** The deadline of a request that has just been read. */
    public Deadline fromNow() {
      return Deadline.after(length);
    }
  }

  /** The deadline of a request that starts now and sets none. */
  public Deadline standard() {
    return own.fromNow();
  }

  /**
   * The time limit of a request.
   *
   * @param header the header's value, or null
   * @throws RequestFault if the header is not a positive whole number
   */
  Budget of(String header) {
    if (header == null) {
      return own;
    }
    String text = header.trim();
    if (text.isEmpty()
        || text.length() > MOST_DIGITS
        || !text.chars().allMatch(c -> c >= '0' && c <= '9')
        || Integer.parseInt(text) == 0) {
      throw RequestFault.bad(
          HEADER, HEADER + " must be milliseconds, a whole number from 1 to 999999999");
    }
    return within(Duration.ofMillis(Integer.parseInt(text)));
  }

  /**
   * The time limit of a request.
   *
   * @param wished the caller's limit; null if it sets none
   */
  public Budget within(Duration wished) {
    return wished != null && wished.compareTo(properties.deadline()) < 0
        ? new Budget(properties.longestWait(wished), true)
        : own;
  }
}
