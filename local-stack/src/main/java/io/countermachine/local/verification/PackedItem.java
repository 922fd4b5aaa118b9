package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A packed item, read as docs/items.md has it and without the code that job and service share.
 *
 * @param lastUpdateMillis the instant the values are as of
 * @param values by measure, or a measure's label, and the place in it: an interval or a pane
 */
public record PackedItem(long lastUpdateMillis, Map<String, Map<String, Double>> values) {
  private static final int NUMBERS_ONLY = 1;
  private static final int SECTIONS = 2;
  private static final int NUMBERS = 1;
  private static final int PANES = 2;
  private static final int LABELS = 3;

  /** Reads all of an item's bytes. */
  public static PackedItem read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    if (version != NUMBERS_ONLY && version != SECTIONS) {
      throw new IllegalArgumentException("a packed item of version " + version);
    }
    long lastUpdateMillis = in.getLong();
    List<String> intervals = new ArrayList<>();
    for (long left = count(in); left > 0; left--) {
      intervals.add(name(in));
    }
    Map<String, Map<String, Double>> values = new HashMap<>();
    while (in.hasRemaining()) {
      if (version == NUMBERS_ONLY) {
        readRow(in, intervals, values);
      } else {
        int type = in.get();
        int length = (int) count(in);
        readSection(type, in.slice(in.position(), length), intervals, values);
        in.position(in.position() + length);
      }
    }
    return new PackedItem(lastUpdateMillis, values);
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

  /** A whole number n as 4n, or as -4n - 2 where it is negative; 1 says that a double follows. */
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

  /** Seven bits a byte, the lowest first. */
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
