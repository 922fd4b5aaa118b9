package io.countermachine.service.admission;

/**
 * How many places a request takes: one for every 1,000 keys that it reads or for every 10,000
 * values that it returns, whichever is more, and at least one. A large request uses more memory and
 * more of the store in proportion.
 */
final class RequestCost {
  private static final int KEYS = 1_000;
  private static final long VALUES = 10_000;

  private RequestCost() {}

  static int places(int keys, long values) {
    return (int) Math.max(1, Math.max(keys / KEYS, values / VALUES));
  }
}
