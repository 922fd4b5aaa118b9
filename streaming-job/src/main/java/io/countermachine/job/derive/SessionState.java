package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The events of one key's sessions, and the sessions that were emitted. */
final class SessionState extends KeyState {
  /** Consecutive events of one session, or events of one instant. */
  static final class Block {
    long first;
    long last;
    final long[] counts;

    Block(long first, long last, long[] counts) {
      this.first = first;
      this.last = last;
      this.counts = counts;
    }
  }

  /** In the order of their numbers in the state. */
  private static final List<Session.Reason> REASONS =
      List.of(Session.Reason.GAP, Session.Reason.MOST, Session.Reason.OPEN);

  private static final int FORM_WITHOUT_WRITTEN = 1;
  private static final int FORM_WITH_WRITTEN = 2;

  private final List<String> names;
  private final boolean hasTopic;

  /** In the order of their instants; blocks do not overlap. */
  final List<Block> blocks = new ArrayList<>();

  /** The sessions that were emitted and not retracted, in order. */
  final List<Session> given = new ArrayList<>();

  /** The sessions last written to the topic, in order; empty if there is no topic. */
  final List<Session> written = new ArrayList<>();

  /** The event time at which an open session was last written to the topic; 0 if never. */
  long writtenOpenMillis;

  /** The event time up to which sessions were emitted; not stored. */
  long eventTimeMillis = Long.MIN_VALUE;

  /**
   * Creates an empty state.
   *
   * @param names the names of the session's events
   * @param hasTopic whether sessions go to a topic
   */
  SessionState(List<String> names, boolean hasTopic) {
    this.names = names;
    this.hasTopic = hasTopic;
  }

  @Override
  boolean isEmpty() {
    return blocks.isEmpty() && given.isEmpty() && written.isEmpty();
  }

  /** Inserts an event at its place in the order. */
  void add(long instant, int name) {
    int at = blocks.size();
    while (at > 0 && blocks.get(at - 1).first > instant) {
      at--;
    }
    if (at == 0 || blocks.get(at - 1).last < instant) {
      blocks.add(at, new Block(instant, instant, new long[names.size()]));
      at++;
    }
    blocks.get(at - 1).counts[name]++;
  }

  /** Usually the topic has exactly the emitted sessions. Then the shorter form is enough. */
  @Override
  int form() {
    boolean isGiven = written.size() == given.size();
    for (int i = 0; isGiven && i < written.size(); i++) {
      isGiven =
          written.get(i).isSame(given.get(i)) && written.get(i).revision == given.get(i).revision;
    }
    return hasTopic && (!isGiven || writtenOpenMillis > 0)
        ? FORM_WITH_WRITTEN
        : FORM_WITHOUT_WRITTEN;
  }

  @Override
  void write(DataOutput out, int form) throws IOException {
    Varint.write(names.size(), out);
    for (String name : names) {
      out.writeUTF(name);
    }
    Varint.write(blocks.size(), out);
    long before = 0;
    for (Block block : blocks) {
      Varint.write(block.first - before, out);
      Varint.write(block.last - block.first, out);
      writeCounts(block.counts, out);
      before = block.last;
    }
    writeSessions(given, out);
    if (form == FORM_WITH_WRITTEN) {
      writeSessions(written, out);
      Varint.write(writtenOpenMillis, out);
    }
  }

  private static void writeSessions(List<Session> sessions, DataOutput out) throws IOException {
    Varint.write(sessions.size(), out);
    for (Session session : sessions) {
      Varint.write(session.start, out);
      Varint.write(session.end - session.start, out);
      writeCounts(session.counts, out);
      out.writeByte(REASONS.indexOf(session.reason));
      Varint.write(session.revision, out);
    }
  }

  private static void writeCounts(long[] counts, DataOutput out) throws IOException {
    for (long count : counts) {
      Varint.write(count, out);
    }
  }

  @Override
  void read(DataInput in, int form) throws IOException {
    // By name, because a changed catalog may list others.
    int[] own = new int[(int) Varint.read(in)];
    for (int i = 0; i < own.length; i++) {
      own[i] = names.indexOf(in.readUTF());
    }
    int size = (int) Varint.read(in);
    long before = 0;
    for (int i = 0; i < size; i++) {
      long first = before + Varint.read(in);
      long last = first + Varint.read(in);
      blocks.add(new Block(first, last, readCounts(own, in)));
      before = last;
    }
    readSessions(own, in, given);
    if (form == FORM_WITH_WRITTEN) {
      readSessions(own, in, written);
      writtenOpenMillis = Varint.read(in);
    } else {
      written.addAll(given);
    }
    if (!hasTopic) {
      written.clear();
    }
  }

  private void readSessions(int[] own, DataInput in, List<Session> into) throws IOException {
    for (int left = (int) Varint.read(in); left > 0; left--) {
      long start = Varint.read(in);
      long end = start + Varint.read(in);
      long[] counts = readCounts(own, in);
      Session.Reason reason = REASONS.get(in.readUnsignedByte());
      into.add(new Session(start, end, counts, reason, (int) Varint.read(in), List.of()));
    }
  }

  private long[] readCounts(int[] own, DataInput in) throws IOException {
    long[] counts = new long[names.size()];
    for (int index : own) {
      long count = Varint.read(in);
      if (index >= 0) {
        counts[index] = count;
      }
    }
    return counts;
  }
}
