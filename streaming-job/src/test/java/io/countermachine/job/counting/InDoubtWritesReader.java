package io.countermachine.job.counting;

import java.util.List;

/** Takes what was lost, as the operator does, for tests of the sink. */
public final class InDoubtWritesReader {
  private InDoubtWritesReader() {}

  /** How many attempts were lost since the last look. */
  public static long attempts(InDoubtWrites lost) {
    return lost.take().attempts();
  }

  /** The items that were lost since the last look. */
  public static List<InDoubtWrites.Item> take(InDoubtWrites lost) {
    return lost.take().items();
  }
}
