package io.countermachine.measure;

/** About how many bytes of memory things take, to bound what is kept before state. */
final class Memory {
  static final long OBJECT = 32;

  private static final long ARRAY = 16;

  private Memory() {}

  static long array(int length, int elementBytes) {
    return ARRAY + (long) length * elementBytes;
  }

  static long text(String text) {
    return OBJECT + array(text.length(), 1);
  }
}
