package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A packed item, decoded according to docs/items.md and without the code that job and service
 * share.
 *
 * @param lastUpdateMillis the instant of the values, epoch milliseconds
 * @param sessionEndMillis the newest event of sessions; equals lastUpdateMillis if the item does
 *     not store it
 * @param values by measure or a measure's label, and then by place: an interval or a pane
 * @param lists the entries by list, first or last
 */
public record PackedItem(
    long lastUpdateMillis,
    long sessionEndMillis,
    Map<String, Map<String, Double>> values,
    Map<String, List<StoredEntry>> lists) {
  private static final int NUMBERS_ONLY = 1;
  private static final int SECTIONS = 2;
  private static final int NUMBERS = 1;
  private static final int PANES = 2;
  private static final int LABELS = 3;
  private static final int LISTS = 4;
  private static final int SCALARS = 5;
  private static final int SESSION_END = 6;
  private static final int NO_FIELD = 0;
  private static final int NUMBER_FIELD = 1;
  private static final int WHOLE_FIELD = 2;
  private static final int TEXT_FIELD = 3;

  /** An item with only numbers, panes and labels. */
  public PackedItem(long lastUpdateMillis, Map<String, Map<String, Double>> values) {
    this(lastUpdateMillis, lastUpdateMillis, values, Map.of());
  }

  /** Decodes an item. */
  public static PackedItem read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    if (version != NUMBERS_ONLY && version != SECTIONS) {
      throw new IllegalArgumentException("a packed item of version " + version);
    }
    long lastUpdateMillis = in.getLong();
    long sessionEndMillis = lastUpdateMillis;
    List<String> intervals = new ArrayList<>();
    for (long left = count(in); left > 0; left--) {
      intervals.add(name(in));
    }
    Map<String, Map<String, Double>> values = new HashMap<>();
    Map<String, List<StoredEntry>> lists = new HashMap<>();
    while (in.hasRemaining()) {
      if (version == NUMBERS_ONLY) {
        readRow(in, intervals, values);
      } else {
        int type = in.get();
        int length = (int) count(in);
        ByteBuffer section = in.slice(in.position(), length);
        if (type == LISTS || type == SCALARS) {
          readLists(section, lists);
        } else if (type == SESSION_END) {
          sessionEndMillis = lastUpdateMillis - count(section);
        } else {
          readSection(type, section, intervals, values);
        }
        in.position(in.position() + length);
      }
    }
    return new PackedItem(lastUpdateMillis, sessionEndMillis, values, lists);
  }

  private static void readRow(
      ByteBuffer in, List<String> intervals, Map<String, Map<String, Double>> values) {
    Map<String, Double> byInterval = of(values, name(in));
    for (String interval : intervals) {
      double value = in.getDouble();
      if (value != 0) {
        byInterval.put(interval, value);
      }
    }
  }

  private static Map<String, Double> of(Map<String, Map<String, Double>> values, String name) {
    return values.computeIfAbsent(name, first -> new HashMap<>());
  }

  private static void readSection(
      int type, ByteBuffer in, List<String> intervals, Map<String, Map<String, Double>> values) {
    while ((type == NUMBERS || type == PANES || type == LABELS) && in.hasRemaining()) {
      String measure = name(in);
      if (type == NUMBERS) {
        readValues(in, intervals, of(values, measure));
      } else if (type == PANES) {
        int lanes = (int) count(in);
        double center = lanes > 1 ? in.getDouble() : 0;
        readWindows(in, intervals, lanes, center, of(values, measure));
      } else {
        for (long left = count(in); left > 0; left--) {
          Map<String, Double> row = of(values, ItemPlaces.label(measure, name(in)));
          readValues(in, intervals, row);
          readWindows(in, intervals, 1, 0, row);
        }
      }
    }
  }

  private static void readLists(ByteBuffer in, Map<String, List<StoredEntry>> lists) {
    while (in.hasRemaining()) {
      String name = name(in);
      List<String> fields = new ArrayList<>();
      for (long left = count(in); left > 0; left--) {
        fields.add(name(in));
      }
      List<StoredEntry> entries = new ArrayList<>();
      long atMillis = 0;
      for (long left = count(in); left > 0; left--) {
        atMillis = entries.isEmpty() ? count(in) : atMillis - count(in);
        Map<String, Object> values = new HashMap<>();
        for (String field : fields) {
          readField(in, field, values);
        }
        entries.add(new StoredEntry(atMillis, values));
      }
      lists.put(name, entries);
    }
  }

  private static void readField(ByteBuffer in, String field, Map<String, Object> into) {
    int head = (int) count(in);
    switch (head) {
      case NO_FIELD -> {}
      case NUMBER_FIELD -> into.put(field, BigDecimal.valueOf(in.getDouble()));
      case WHOLE_FIELD -> {
        long zigzag = count(in);
        into.put(field, BigDecimal.valueOf((zigzag >>> 1) ^ -(zigzag & 1)));
      }
      default -> {
        byte[] text = new byte[head - TEXT_FIELD];
        in.get(text);
        into.put(field, new String(text, UTF_8));
      }
    }
  }

  private static void readValues(ByteBuffer in, List<String> intervals, Map<String, Double> into) {
    byte[] bits = new byte[(intervals.size() + 7) / 8];
    in.get(bits);
    BitSet present = BitSet.valueOf(bits);
    for (int i = 0; i < intervals.size(); i++) {
      if (present.get(i)) {
        into.put(intervals.get(i), in.getDouble());
      }
    }
  }

  private static void readWindows(
      ByteBuffer in, List<String> intervals, int lanes, double center, Map<String, Double> into) {
    for (long windows = count(in); windows > 0; windows--) {
      String interval = intervals.get((int) count(in));
      long step = count(in);
      long steps = 0;
      for (long panes = count(in); panes > 0; panes--) {
        steps += count(in);
        String pane = ItemPlaces.pane(interval, steps * step);
        double[] numbers = new double[lanes];
        for (int lane = 0; lane < lanes; lane++) {
          numbers[lane] = number(in);
        }
        if (lanes == 1) {
          into.put(pane, numbers[0]);
        } else {
          ItemPlaces.putMoments(into, pane, center, numbers);
        }
      }
    }
  }

  /**
   * A whole number n is encoded as 4n, or as -4n - 2 if it is negative. 1 means that a double
   * follows.
   */
  private static double number(ByteBuffer in) {
    long count = count(in);
    if (count == 1) {
      return in.getDouble();
    }
    return count % 4 == 0 ? count / 4 : -(count + 2) / 4;
  }

  private static String name(ByteBuffer in) {
    byte[] text = new byte[(int) count(in)];
    in.get(text);
    return new String(text, UTF_8);
  }

  /** Seven bits per byte, the lowest first. */
  private static long count(ByteBuffer in) {
    long count = 0;
    int shift = 0;
    int next;
    do {
      next = in.get();
      count |= (next & 0x7fL) << shift;
      shift += 7;
    } while (next < 0);
    return count;
  }
}
