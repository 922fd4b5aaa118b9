package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/** The events of one key that a verb keeps, in the order in which they happened. */
final class History extends KeyState {
  private static final int ROLE_BITS = 2;
  private static final int ROLES = (1 << ROLE_BITS) - 1;
  private static final byte[] NO_TEXT = {};

  private final List<Happening> events = new ArrayList<>();

  /** The newest instant of the key, whose event may have been dropped. */
  private long newest = Long.MIN_VALUE;

  List<Happening> events() {
    return events;
  }

  /**
   * The newest instant of any event, kept or not, epoch milliseconds; {@link Long#MIN_VALUE} before
   * the first.
   */
  long newest() {
    return newest;
  }

  /** Inserts an event at its place in the order, and returns it. */
  Happening add(VerbInput input) {
    byte[] text = input.text() == null ? NO_TEXT : input.text();
    Happening event =
        new Happening(input.timeMillis(), input.role(), input.candidate(), text, Happening.NOTHING);
    newest = Math.max(newest, event.instant);
    insert(event);
    return event;
  }

  private void insert(Happening event) {
    int at = events.size();
    while (at > 0 && Happening.ORDER.compare(events.get(at - 1), event) > 0) {
      at--;
    }
    events.add(at, event);
  }

  /** Marks that nothing more is derived from an event. It stays if others are compared with it. */
  void settle(Happening event) {
    events.remove(event);
    if (event.isOther()) {
      insert(new Happening(event.instant, Happening.OTHER, 0, NO_TEXT, Happening.NOTHING));
    }
  }

  /** Drops the record of an event that can no longer be retracted. */
  void forgetText(Happening event) {
    events.set(
        events.indexOf(event),
        new Happening(event.instant, event.role, event.candidate, NO_TEXT, event.made));
  }

  void removeIf(Predicate<Happening> gone) {
    events.removeIf(gone);
  }

  @Override
  boolean isEmpty() {
    return events.isEmpty();
  }

  @Override
  void write(DataOutput out, int form) throws IOException {
    Varint.write(newest, out);
    long before = newest;
    for (Happening event : reversed()) {
      Varint.write(1 + ((before - event.instant) << ROLE_BITS | event.role), out);
      Varint.write(event.made, out);
      if (event.isOf()) {
        Varint.write(event.candidate, out);
        Varint.write(event.text.length, out);
        out.write(event.text);
      }
      before = event.instant;
    }
    Varint.write(0, out);
  }

  private List<Happening> reversed() {
    List<Happening> reversed = new ArrayList<>(events);
    Collections.reverse(reversed);
    return reversed;
  }

  @Override
  void read(DataInput in, int form) throws IOException {
    newest = Varint.read(in);
    long before = newest;
    for (long head = Varint.read(in); head != 0; head = Varint.read(in)) {
      long instant = before - ((head - 1) >>> ROLE_BITS);
      int role = (int) (head - 1) & ROLES;
      long made = Varint.read(in);
      int candidate = 0;
      byte[] text = NO_TEXT;
      if ((role & Happening.OF) != 0) {
        candidate = (int) Varint.read(in);
        text = new byte[(int) Varint.read(in)];
        in.readFully(text);
      }
      events.add(new Happening(instant, role, candidate, text, made));
      before = instant;
    }
    Collections.reverse(events);
  }
}
