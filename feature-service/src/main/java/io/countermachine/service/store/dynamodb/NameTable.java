package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;

/** A fixed list of names that are looked up by their bytes, without creating a string. */
final class NameTable {
  static final int UNKNOWN = -1;

  /** Slots per name. The table is large so that few names share a slot. */
  private static final int SPREAD = 4;

  private final List<String> list;
  private final byte[][] names;
  private final int[] numbers;
  private final int mask;

  /** Numbers the names in their order. A duplicate keeps its first number. */
  NameTable(List<String> all) {
    list = List.copyOf(new LinkedHashSet<>(all));
    mask = Math.max(1, Integer.highestOneBit(SPREAD * list.size())) - 1;
    names = new byte[mask + 1][];
    numbers = new int[mask + 1];
    for (int number = 0; number < list.size(); number++) {
      byte[] name = list.get(number).getBytes(UTF_8);
      int place = placeOf(name, 0, name.length);
      while (names[place] != null) {
        place = (place + 1) & mask;
      }
      names[place] = name;
      numbers[place] = number;
    }
  }

  int size() {
    return list.size();
  }

  String get(int number) {
    return list.get(number);
  }

  /** The number of a name, given in UTF-8, or {@link #UNKNOWN}. */
  int find(byte[] bytes, int from, int to) {
    int place = placeOf(bytes, from, to);
    while (names[place] != null) {
      byte[] name = names[place];
      if (Arrays.equals(name, 0, name.length, bytes, from, to)) {
        return numbers[place];
      }
      place = (place + 1) & mask;
    }
    return UNKNOWN;
  }

  private int placeOf(byte[] bytes, int from, int to) {
    int hash = 0;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ (hash >>> Byte.SIZE)) & mask;
  }
}
