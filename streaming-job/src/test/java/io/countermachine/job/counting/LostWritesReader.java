package io.countermachine.job.counting;

import java.util.List;

/** Takes what was lost, as the operator does, for tests of the sink. */
public final class LostWritesReader {
  private LostWritesReader() {}

  /** How many attempts were lost since the last look. */
  public static long attempts(LostWrites lost) {
    return lost.take().attempts();
  }

  /** The items that were lost since the last look. */
  public static List<LostWrites.Item> take(LostWrites lost) {
    return lost.take().items();
  }
}
