package io.countermachine.service.web;

import io.countermachine.service.problem.RequestFault;
import io.countermachine.service.store.Deadline;
import java.time.Duration;

/** Deadlines of requests: the service's own, which a caller may only lower. */
public final class Deadlines {
  /** The header with a caller's budget in milliseconds. */
  public static final String HEADER = "X-Deadline-Ms";

  private static final int MOST_DIGITS = 9;

  private final Duration most;

  public Deadlines(RequestProperties properties) {
    this.most = properties.deadline();
  }

  /**
   * How long requests may take.
   *
   * @param length counted from when a request has been read
   * @param isCallers whether the caller made it shorter than the service's own
   */
  public record Budget(Duration length, boolean isCallers) {
    /** The deadline of a request that has been read now. */
    public Deadline fromNow() {
      return Deadline.after(length);
    }
  }

  /** The deadline of a request that begins now and says nothing of it. */
  public Deadline standard() {
    return Deadline.after(most);
  }

  /**
   * What a request may take.
   *
   * @param header the header's value, or null
   * @throws RequestFault where the header is no positive whole number
   */
  Budget of(String header) {
    if (header == null) {
      return new Budget(most, false);
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
   * What a request may take.
   *
   * @param wished what its caller gives it; null where it does not say
   */
  public Budget within(Duration wished) {
    if (wished == null) {
      return new Budget(most, false);
    }
    return wished.compareTo(most) < 0 ? new Budget(wished, true) : new Budget(most, false);
  }
}
