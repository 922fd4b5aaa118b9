package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * The data of one measure under one key, except plain decayed numbers. Its decayed weights are as
 * of {@link Counters#lastUpdateMillis()}, or of the cell's own instant ({@link DecayedCell}).
 *
 * <p>A new kind that no existing cell fits brings its own; {@link Counters} only uses these
 * methods. A cell whose entries have their own instants is a {@link TimedCell}.
 */
abstract class Cell {
  /**
   * Adds an occurrence that the kind accepts; the counters are already as of its instant or a later
   * one.
   */
  abstract void add(Occurrence occurrence, Counters counters);

  /**
   * Multiplies all weights of a decayed interval, because the key's instant has moved. Weights as
   * of the cell's own instant stay.
   */
  void decay(int column, double factor) {}

  /**
   * Adds the contents of another cell of the same shape, which is not changed.
   *
   * @param counters those of this cell, with their sessions merged
   * @param lateMillis how much older the instant of the other's counters is
   */
  abstract void merge(Cell other, Counters counters, long lateMillis);

  /** This cell in another shape, whose kind can take over the data. */
  abstract Cell as(Shape from, Shape to);

  /** Merges the panes that start in [from, to] into one. */
  abstract void collapse(int window, long from, long to);

  /** Drops panes that start before an instant. */
  abstract void dropBefore(int window, long instant);

  /** Passes on the starts of a window's panes; some may be passed more than once. */
  abstract void eachPane(int window, LongConsumer start);

  /** False if all occurrences were retracted, so that the measure has no value. */
  abstract boolean isLeft();

  abstract Cell copy();

  /** The approximate memory that it takes, in bytes. */
  abstract long memoryBytes();

  abstract void write(DataOutput out, Counters counters) throws IOException;

  /** Reads the output of {@link #write} into an empty cell. */
  abstract void read(DataInput in, Counters counters) throws IOException;
}
