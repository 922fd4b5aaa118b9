package io.countermachine.measure;

import java.util.function.LongConsumer;

/**
 * A cell whose entries have their own instants: they do not change with time, and cannot be
 * retracted.
 */
abstract class TimedCell extends Cell {
  @Override
  final void collapse(int window, long from, long to) {}

  @Override
  final void dropBefore(int window, long instant) {}

  @Override
  final void eachPane(int window, LongConsumer start) {}

  @Override
  final boolean isLeft() {
    return true;
  }
}
