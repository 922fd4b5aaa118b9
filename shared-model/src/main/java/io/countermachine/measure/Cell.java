package io.countermachine.measure;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * What one measure keeps under one key beside plain decayed numbers. Decayed weights in it are as
 * of {@link Counters#lastUpdateMillis()}, or of an instant of the cell's own ({@link DecayedCell}).
 *
 * <p>A new kind that no cell here fits brings its own; {@link Counters} asks no more than this. One
 * whose entries bear their own instants is a {@link TimedCell}.
 */
abstract class Cell {
  /** Adds an occurrence that the kind accepts; the counters are as of it or of a later instant. */
  abstract void add(Occurrence occurrence, Counters counters);

  /**
   * Multiplies all weights of a decayed interval, as the key's instant has moved; those of an
   * instant of the cell's own stay.
   */
  void decay(int column, double factor) {}

  /**
   * Adds all of another cell of the same shape, which stays as it is.
   *
   * @param counters those of this cell, with their sessions merged
   * @param lateMillis how much older the instant of the other's counters is
   */
  abstract void merge(Cell other, Counters counters, long lateMillis);

  /** The same in another shape, whose kind takes over what this one's keeps. */
  abstract Cell as(Shape from, Shape to);

  /** Makes one pane of those that start in [from, to]. */
  abstract void collapse(int window, long from, long to);

  /** Drops panes that start before an instant. */
  abstract void dropBefore(int window, long instant);

  /** Gives the starts of the panes that it keeps of a window; some more than once. */
  abstract void eachPane(int window, LongConsumer start);

  /** False where all that happened was taken back, so that the measure reads as nothing. */
  abstract boolean isLeft();

  abstract Cell copy();

  /** About how many bytes of memory it takes. */
  abstract long memoryBytes();

  abstract void write(DataOutput out, Counters counters) throws IOException;

  /** Reads into an empty cell what {@link #write} wrote. */
  abstract void read(DataInput in, Counters counters) throws IOException;
}
