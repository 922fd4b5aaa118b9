package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The data that a verb keeps of one key, and when it is checked again. */
abstract class KeyState {
  /** No instant. */
  static final long NEVER = Long.MAX_VALUE;

  /** When the key's timer fires, epoch milliseconds; {@link #NEVER} if it has none. */
  long timerMillis = NEVER;

  /**
   * When the last event of the key arrived, by the clock, epoch milliseconds; 0 if the verb does
   * not need it.
   */
  long lastArrivalMillis;

  /** Notes that an event of the key arrives, before its rule processes it. */
  void arrive(long clockMillis) {
    lastArrivalMillis = clockMillis;
  }

  /** Returns true if nothing is kept, so that the key can be removed. */
  abstract boolean isEmpty();

  /** The oldest version that can hold all of the data. */
  int form() {
    return 1;
  }

  /** Writes the data in its {@link #form}. */
  abstract void write(DataOutput out, int form) throws IOException;

  /** Reads data that was written in any version that this release knows. */
  abstract void read(DataInput in, int form) throws IOException;
}
