package io.countermachine.local.verification;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A packed item, read as docs/items.md has it and without the code that job and service share.
 *
 * @param lastUpdateMillis the instant the values are as of
 * @param values by measure and interval label, without zeros
 */
public record PackedItem(long lastUpdateMillis, Map<String, Map<String, Double>> values) {
  private static final int VERSION = 1;

  /** Reads all of an item's bytes. */
  public static PackedItem read(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int version = in.get();
    if (version != VERSION) {
      throw new IllegalArgumentException("a packed item of version " + version);
    }
    long lastUpdateMillis = in.getLong();
    List<String> labels = new ArrayList<>();
    for (int left = count(in); left > 0; left--) {
      labels.add(name(in));
    }
    Map<String, Map<String, Double>> values = new HashMap<>();
    while (in.hasRemaining()) {
      Map<String, Double> byLabel = new HashMap<>();
      values.put(name(in), byLabel);
      for (String label : labels) {
        double value = in.getDouble();
        if (value != 0) {
          byLabel.put(label, value);
        }
      }
    }
    return new PackedItem(lastUpdateMillis, values);
  }

  private static String name(ByteBuffer in) {
    byte[] text = new byte[count(in)];
    in.get(text);
    return new String(text, UTF_8);
  }

  /** Seven bits a byte, the lowest first. */
  private static int count(ByteBuffer in) {
    int count = 0;
    int shift = 0;
    int next;
    do {
      next = in.get();
      count |= (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    return count;
  }
}
