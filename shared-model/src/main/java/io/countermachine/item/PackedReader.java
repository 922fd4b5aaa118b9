package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Walks through a packed item (docs/items.md) without creating an object for any name or value: the
 * instant, the name of each interval, and sections, whose contents the caller reads or skips. Both
 * versions are read alike; an item of version 1 is a single section of numbers.
 *
 * <p>Every call throws {@link IllegalArgumentException} if the bytes are not a packed item.
 */
public final class PackedReader {
  /** The result of {@link #nextSection} after the last section. */
  public static final int END = 0;

  /** A section of numbers: for each measure its name and values. */
  public static final int NUMBERS = 1;

  /** A section of panes: for each measure its name, the numbers of a pane, and windows. */
  public static final int PANES = 2;

  /** A section of labels: for each measure its name, and for each label values and windows. */
  public static final int LABELS = 3;

  /** A section of lists: for each measure its name, the names of its fields, and entries. */
  public static final int LISTS = 4;

  /** A section of firsts and lasts, which have one field and one entry. */
  public static final int SCALARS = 5;

  /**
   * A section of one number: the time from the end of the key's newest session to the last update.
   */
  public static final int SESSION_END = 6;

  /** The first byte of a missing value of a field. */
  static final int NO_FIELD = 0;

  /** The first byte of a double. */
  static final int NUMBER_FIELD = 1;

  /** The first byte of an integer. */
  static final int WHOLE_FIELD = 2;

  /** The first byte of an empty text; other texts start with this number plus their length. */
  static final int TEXT_FIELD = 3;

  /** The version of items with only numbers, in which an absent number is 0. */
  static final int NUMBERS_ONLY = 1;

  /** The version of items in sections. */
  static final int SECTIONS = 2;

  private static final int MOST_COUNT_BITS = 28;
  private static final int MOST_LANES = 8;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private final int version;
  private final long lastUpdateMillis;
  private final int intervalCount;
  private int at;

  /** The end of the section; before the first section, the end of the item. */
  private int limit;

  private boolean inSection;
  private int nameFrom;
  private int nameTo;
  private int bitmap;
  private long paneNumber;
  private long step;
  private long entryMillis;

  /** Starts reading the first bytes of an array, up to the names of the intervals. */
  public PackedReader(byte[] bytes, int length) {
    this.bytes = bytes;
    this.end = length;
    this.limit = length;
    require(1);
    version = bytes[at++] & 0xFF;
    if (version != NUMBERS_ONLY && version != SECTIONS) {
      throw new IllegalArgumentException(
          "an item is packed in version %d, this release reads %d and %d"
              .formatted(version, NUMBERS_ONLY, SECTIONS));
    }
    lastUpdateMillis = nextLong();
    intervalCount = nextCount();
    require(intervalCount);
  }

  static int bitmapBytes(int intervals) {
    return (intervals + Byte.SIZE - 1) / Byte.SIZE;
  }

  /** The instant of all values, epoch milliseconds. */
  public long lastUpdateMillis() {
    return lastUpdateMillis;
  }

  public int intervalCount() {
    return intervalCount;
  }

  /**
   * Moves to the content of the next section, skipping the rest of the current one, and returns its
   * type; {@link #END} if there is none. Callers skip types that they do not know.
   */
  public int nextSection() {
    at = inSection ? limit : at;
    limit = end;
    if (at == end) {
      return END;
    }
    inSection = true;
    if (version == NUMBERS_ONLY) {
      return NUMBERS;
    }
    int type = bytes[at++] & 0xFF;
    int length = nextCount();
    require(length);
    limit = at + length;
    if (type == END) {
      throw new IllegalArgumentException("a packed section has no type");
    }
    return type;
  }

  /** Returns true if the section has more content. */
  public boolean hasNext() {
    return at < limit;
  }

  /** Reads a name, which becomes the current name. */
  public void nextName() {
    int length = nextCount();
    require(length);
    nameFrom = at;
    at += length;
    nameTo = at;
  }

  /** Where the current name starts in the bytes, in UTF-8. */
  public int nameFrom() {
    return nameFrom;
  }

  /** Where the current name ends in the bytes, exclusive. */
  public int nameTo() {
    return nameTo;
  }

  public String nameText() {
    return new String(bytes, nameFrom, nameTo - nameFrom, UTF_8);
  }

  /** The number of the current name in an index. */
  public int name(NameIndex index) {
    return index.find(bytes, nameFrom, nameTo);
  }

  /** Starts reading values: at most one for each interval, in their order. */
  public void beginValues() {
    if (version == SECTIONS) {
      int length = bitmapBytes(intervalCount);
      require(length);
      bitmap = at;
      at += length;
    }
  }

  /** Returns true if an interval has a value, which must be read next. */
  public boolean hasValue(int interval) {
    return version == NUMBERS_ONLY
        || (bytes[bitmap + interval / Byte.SIZE] >> interval % Byte.SIZE & 1) != 0;
  }

  /** Returns true if the value 0 means absent, because all intervals have a value. */
  public boolean isZeroAbsent() {
    return version == NUMBERS_ONLY;
  }

  /** Reads a value; one outside the range of DynamoDB's numbers is a fault. */
  public double nextValue() {
    double value = Double.longBitsToDouble(nextLong());
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("a packed value is not a number");
    }
    return value;
  }

  /** Reads the number of values per pane of a measure. */
  public int nextLanes() {
    int lanes = nextCount();
    if (lanes < 1 || lanes > MOST_LANES) {
      throw new IllegalArgumentException("a packed pane has " + lanes + " numbers");
    }
    return lanes;
  }

  /** Reads a count of windows or of labels, or the index of a window's interval. */
  public int nextCount() {
    int count = 0;
    for (int bits = 0; bits < MOST_COUNT_BITS; bits += 7) {
      require(1);
      int next = bytes[at++];
      count |= (next & 0x7F) << bits;
      if (next >= 0) {
        return count;
      }
    }
    throw new IllegalArgumentException("a packed count is too large");
  }

  /** Reads the index of a window's interval. */
  public int nextInterval() {
    int interval = nextCount();
    if (interval >= intervalCount) {
      throw new IllegalArgumentException("a packed window has an unknown interval");
    }
    return interval;
  }

  /** Starts reading the panes of a window, and returns their number. */
  public int beginPanes() {
    step = nextLongCount();
    paneNumber = 0;
    return nextCount();
  }

  /** Reads the start of a pane, epoch milliseconds; its numbers follow. */
  public long nextPane() {
    paneNumber += nextLongCount();
    return paneNumber * step;
  }

  /** Reads a number of a pane; NaN if it is undefined. */
  public double nextNumber() {
    long first = nextLongCount();
    if (first == 1) {
      double value = Double.longBitsToDouble(nextLong());
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException("a packed number is infinite");
      }
      return value;
    }
    long zigzag = first >>> 1;
    return (zigzag >>> 1) ^ -(zigzag & 1);
  }

  /** Reads the end of the key's newest session, epoch milliseconds. */
  public long nextSessionEnd() {
    return lastUpdateMillis - nextLongCount();
  }

  /** Starts reading the entries of a list, and returns their number. */
  public int beginEntries() {
    entryMillis = 0;
    return nextCount();
  }

  /** Reads the instant of an entry, epoch milliseconds; its fields follow. */
  public long nextEntry() {
    long distance = nextLongCount();
    entryMillis = entryMillis == 0 ? distance : entryMillis - distance;
    return entryMillis;
  }

  /** Reads the value of a field: Long, Double, String, or null if the entry has none. */
  public Object nextField() {
    int head = nextCount();
    return switch (head) {
      case NO_FIELD -> null;
      case NUMBER_FIELD -> nextValue();
      case WHOLE_FIELD -> {
        long zigzag = nextLongCount();
        yield (zigzag >>> 1) ^ -(zigzag & 1);
      }
      default -> {
        int length = head - TEXT_FIELD;
        require(length);
        at += length;
        yield new String(bytes, at - length, length, UTF_8);
      }
    };
  }

  private long nextLongCount() {
    long count = 0;
    for (int bits = 0; bits < Long.SIZE; bits += 7) {
      require(1);
      int next = bytes[at++];
      count |= (long) (next & 0x7F) << bits;
      if (next >= 0) {
        return count;
      }
    }
    throw new IllegalArgumentException("a packed number is too large");
  }

  private long nextLong() {
    require(Long.BYTES);
    long next = (long) LONGS.get(bytes, at);
    at += Long.BYTES;
    return next;
  }

  private void require(int more) {
    if (limit - at < more) {
      throw new IllegalArgumentException("packed counters end early, at byte " + limit);
    }
  }
}
