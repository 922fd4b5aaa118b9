package io.countermachine.measure;

/** The approximate memory of objects in bytes, used to limit the buffer before the state. */
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
