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

  /** The first version with the times of arrivals. */
  private static final int FORM_WITH_ARRIVALS = 3;

  /**
   * How much longer than others an event can take to this stage, by the clock: it may be in another
   * partition, or pass through deduplication. While records of the past are read, an hour of events
   * can arrive in the meantime.
   */
  static final long ON_ITS_WAY_MILLIS = 30_000;

  private final List<Happening> events = new ArrayList<>();

  /** The newest instant of the key, whose event may have been dropped. */
  private long newest = Long.MIN_VALUE;

  /** The newest instant at a time so long ago that all events that were sent before it are here. */
  private long settled = Long.MIN_VALUE;

  /** The newest instant at {@link #pendingSinceMillis}. */
  private long pending = Long.MIN_VALUE;

  /**
   * A time by the clock, epoch milliseconds; 0 if events come in order, so that none is awaited.
   */
  private long pendingSinceMillis;

  @Override
  void arrive(long clockMillis) {
    if (pendingSinceMillis == 0 || clockMillis - lastArrivalMillis >= ON_ITS_WAY_MILLIS) {
      pending = newest;
      pendingSinceMillis = clockMillis;
      settled = newest;
    } else if (clockMillis - pendingSinceMillis >= ON_ITS_WAY_MILLIS) {
      settled = pending;
      pending = newest;
      pendingSinceMillis = clockMillis;
    }
    super.arrive(clockMillis);
  }

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

  /**
   * The newest instant without the events that arrived so recently that earlier ones may be on
   * their way; {@link Long#MIN_VALUE} if there is none.
   */
  long newestSettled() {
    return pendingSinceMillis == 0 ? newest : settled;
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
  int form() {
    return pendingSinceMillis == 0 ? super.form() : FORM_WITH_ARRIVALS;
  }

  @Override
  void write(DataOutput out, int form) throws IOException {
    Varint.write(newest, out);
    if (form >= FORM_WITH_ARRIVALS) {
      writeBehindNewest(settled, out);
      writeBehindNewest(pending, out);
      Varint.write(pendingSinceMillis, out);
    }
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

  private void writeBehindNewest(long instant, DataOutput out) throws IOException {
    Varint.write(instant == Long.MIN_VALUE ? 0 : newest - instant + 1, out);
  }

  private long readBehindNewest(DataInput in) throws IOException {
    long behind = Varint.read(in);
    return behind == 0 ? Long.MIN_VALUE : newest - behind + 1;
  }

  private List<Happening> reversed() {
    List<Happening> reversed = new ArrayList<>(events);
    Collections.reverse(reversed);
    return reversed;
  }

  @Override
  void read(DataInput in, int form) throws IOException {
    newest = Varint.read(in);
    if (form >= FORM_WITH_ARRIVALS) {
      settled = readBehindNewest(in);
      pending = readBehindNewest(in);
      pendingSinceMillis = Varint.read(in);
    }
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
