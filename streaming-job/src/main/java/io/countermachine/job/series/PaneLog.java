package io.countermachine.job.series;

import io.countermachine.job.derive.Varint;
import io.countermachine.job.state.UnusableState;
import io.countermachine.measure.Interval;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Which panes of one key were emitted, and which have changes that were not emitted yet. */
final class PaneLog {
  private static final int FORM = 1;
  private static final int CHANGED = 1;
  private static final int OPEN = 2;
  private static final int FLAG_BITS = 2;

  /** One pane of an interval. */
  static final class Pane {
    final int interval;
    final long start;

    /** How often it was emitted; 0 if never. */
    int revision;

    boolean isChanged;

    /** Whether it was still open when it was last emitted. */
    boolean isOpen;

    private Pane(int interval, long start) {
      this.interval = interval;
      this.start = start;
    }
  }

  private final List<Interval> intervals;
  private final List<TreeMap<Long, Pane>> panes = new ArrayList<>();

  /** When the key is dropped, by the clock, epoch milliseconds; 0 if not known yet. */
  long letGoMillis;

  /** Creates an empty log of intervals, which are addressed by their index. */
  PaneLog(List<Interval> intervals) {
    this.intervals = intervals;
    intervals.forEach(interval -> panes.add(new TreeMap<>()));
  }

  /** Records that a pane changed. */
  void change(int interval, long start) {
    panes.get(interval).computeIfAbsent(start, first -> new Pane(interval, start)).isChanged = true;
  }

  /** The panes with changes to emit, by interval and start. */
  List<Pane> untold() {
    List<Pane> untold = new ArrayList<>();
    for (TreeMap<Long, Pane> ofInterval : panes) {
      for (Pane pane : ofInterval.values()) {
        if (pane.isChanged || pane.isOpen) {
          untold.add(pane);
        }
      }
    }
    return untold;
  }

  /**
   * Drops panes that start before an instant (epoch milliseconds), and returns how many of them had
   * changes that were not emitted.
   */
  int dropBefore(int interval, long instant) {
    int untold = 0;
    Iterator<Pane> oldest = panes.get(interval).headMap(instant).values().iterator();
    while (oldest.hasNext()) {
      untold += oldest.next().isChanged ? 1 : 0;
      oldest.remove();
    }
    return untold;
  }

  byte[] write(DataOutputSerializer out) throws IOException {
    out.clear();
    out.writeByte(FORM);
    Varint.write(letGoMillis, out);
    Varint.write(panes.size(), out);
    for (int interval = 0; interval < panes.size(); interval++) {
      // By label, because a changed catalog may have other intervals.
      out.writeUTF(intervals.get(interval).label());
      Varint.write(panes.get(interval).size(), out);
      long before = 0;
      for (Pane pane : panes.get(interval).values()) {
        Varint.write(pane.start - before, out);
        long flags = (pane.isChanged ? CHANGED : 0) | (pane.isOpen ? OPEN : 0);
        Varint.write((long) pane.revision << FLAG_BITS | flags, out);
        before = pane.start;
      }
    }
    return out.getCopyOfBuffer();
  }

  static PaneLog read(List<Interval> intervals, byte[] stored) throws IOException {
    PaneLog log = new PaneLog(intervals);
    DataInputDeserializer in = new DataInputDeserializer(stored);
    int form = in.readUnsignedByte();
    if (form != FORM) {
      throw UnusableState.ofLaterRelease("panes of series", form, FORM);
    }
    log.letGoMillis = Varint.read(in);
    for (long left = Varint.read(in); left > 0; left--) {
      String label = in.readUTF();
      int interval = 0;
      while (interval < intervals.size() && !intervals.get(interval).label().equals(label)) {
        interval++;
      }
      long start = 0;
      for (long ofInterval = Varint.read(in); ofInterval > 0; ofInterval--) {
        start += Varint.read(in);
        long told = Varint.read(in);
        if (interval < intervals.size()) {
          Pane pane = new Pane(interval, start);
          pane.revision = (int) (told >>> FLAG_BITS);
          pane.isChanged = (told & CHANGED) != 0;
          pane.isOpen = (told & OPEN) != 0;
          log.panes.get(interval).put(start, pane);
        }
      }
    }
    return log;
  }
}
