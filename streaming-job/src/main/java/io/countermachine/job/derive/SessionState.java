package io.countermachine.job.derive;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The events of one key's sessions, and the sessions that were given. */
final class SessionState extends KeyState {
  /** Events of one session that follow each other, or of one instant. */
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

  private final List<String> names;

  /** In the order of their instants, which do not overlap. */
  final List<Block> blocks = new ArrayList<>();

  /** What was given and not taken back, in order. */
  final List<Session> given = new ArrayList<>();

  /** The event time up to which sessions were given; not kept. */
  long eventTimeMillis = Long.MIN_VALUE;

  /**
   * Creates an empty state.
   *
   * @param names of the events that sessions are made of
   */
  SessionState(List<String> names) {
    this.names = names;
  }

  @Override
  boolean isEmpty() {
    return blocks.isEmpty() && given.isEmpty();
  }

  /** Adds an event in its place. */
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

  @Override
  void write(DataOutput out) throws IOException {
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
    Varint.write(given.size(), out);
    for (Session session : given) {
      Varint.write(session.start, out);
      Varint.write(session.end - session.start, out);
      writeCounts(session.counts, out);
      out.writeBoolean(session.reason == Session.Reason.MOST);
      Varint.write(session.revision, out);
    }
  }

  private static void writeCounts(long[] counts, DataOutput out) throws IOException {
    for (long count : counts) {
      Varint.write(count, out);
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    // By name, as a changed catalog may list others.
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
    int sessions = (int) Varint.read(in);
    for (int i = 0; i < sessions; i++) {
      long start = Varint.read(in);
      long end = start + Varint.read(in);
      long[] counts = readCounts(own, in);
      Session.Reason reason = in.readBoolean() ? Session.Reason.MOST : Session.Reason.GAP;
      given.add(new Session(start, end, counts, reason, (int) Varint.read(in), List.of()));
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
