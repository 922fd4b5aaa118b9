package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** The events of one key that may still get earlier ones, and the state after those that cannot. */
final class SettledState extends KeyState {
  /** No instant is settled yet. */
  static final long NOTHING = -1;

  /** The events that are not settled; nothing is derived from them yet. */
  final History held = new History();

  /** The state of the rule after all events up to {@link #settledMillis}. */
  History settled = new History();

  /** The instant up to which events are settled, or {@link #NOTHING}. */
  long settledMillis = NOTHING;

  @Override
  boolean isEmpty() {
    return held.isEmpty() && settled.isEmpty();
  }

  @Override
  void write(DataOutput out, int form) throws IOException {
    Varint.write(settledMillis + 1, out);
    held.write(out, form);
    settled.write(out, form);
  }

  @Override
  void read(DataInput in, int form) throws IOException {
    settledMillis = Varint.read(in) - 1;
    held.read(in, form);
    settled.read(in, form);
  }
}
