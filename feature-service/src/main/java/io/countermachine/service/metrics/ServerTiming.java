package io.countermachine.service.metrics;

/** How a request spent its time: the value of its {@code Server-Timing} header. */
public final class ServerTiming {
  /** The header's name, from the W3C's Server Timing. */
  public static final String HEADER = "Server-Timing";

  /** The header's value if no time was spent. */
  public static final String NOTHING = "store;dur=0.0, decay;dur=0.0, encode;dur=0.0";

  private static final long NANOS_PER_HUNDREDTH = 10_000;

  private long mark;
  private long storeNanos;
  private long decayNanos;
  private long encodeNanos;

  /** Starts the store's time. */
  public void begin() {
    mark = System.nanoTime();
  }

  /** Ends the store's time, and starts the decay's. */
  public void storeEnds() {
    storeNanos = lap();
  }

  /** Ends the decay's time, and starts the encoding's. */
  public void decayEnds() {
    decayNanos = lap();
  }

  public void encodeEnds() {
    encodeNanos = lap();
  }

  private long lap() {
    long now = System.nanoTime();
    long lap = now - mark;
    mark = now;
    return lap;
  }

  /** The header's value, in milliseconds. */
  public String header() {
    StringBuilder header = new StringBuilder(64);
    append(header, "store;dur=", storeNanos);
    append(header, ", decay;dur=", decayNanos);
    append(header, ", encode;dur=", encodeNanos);
    return header.toString();
  }

  private static void append(StringBuilder header, String name, long nanos) {
    long hundredths = (nanos + NANOS_PER_HUNDREDTH / 2) / NANOS_PER_HUNDREDTH;
    header.append(name).append(hundredths / 100).append('.');
    header.append((char) ('0' + hundredths / 10 % 10)).append((char) ('0' + hundredths % 10));
  }
}
