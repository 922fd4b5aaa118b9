package io.countermachine.job.counting;

import java.util.List;

/** Reads the lost writes like the operator, for tests of the sink. */
public final class InDoubtWritesReader {
  private InDoubtWritesReader() {}

  /** The number of attempts lost since the last call. */
  public static long attempts(InDoubtWrites lost) {
    return lost.take().attempts();
  }

  /** The items lost since the last call. */
  public static List<InDoubtWrites.Item> take(InDoubtWrites lost) {
    return lost.take().items();
  }
}
