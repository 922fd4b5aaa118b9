package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What a verb keeps of one key, and when it is looked at again. */
abstract class KeyState {
  /** No instant. */
  static final long NEVER = Long.MAX_VALUE;

  /** When the key's timer fires, epoch milliseconds; {@link #NEVER} where it has none. */
  long timerMillis = NEVER;

  /** When an event of the key came last, by the clock; 0 where the verb does not ask. */
  long lastArrivalMillis;

  /** Whether nothing is kept, so that the key can go. */
  abstract boolean isEmpty();

  /** The form that holds all of it. */
  int form() {
    return 1;
  }

  /** Writes it in its {@link #form}. */
  abstract void write(DataOutput out, int form) throws IOException;

  /** Reads what was written in one of the forms that this release knows. */
  abstract void read(DataInput in, int form) throws IOException;
}
