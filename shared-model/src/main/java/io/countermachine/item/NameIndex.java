package io.countermachine.item;

/** Finds the number of a name by its bytes, without making a string. */
@FunctionalInterface
public interface NameIndex {
  /** The number of the name in UTF-8 in [from, to), or -1. */
  int find(byte[] bytes, int from, int to);
}
