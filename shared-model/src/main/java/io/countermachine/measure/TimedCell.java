package io.countermachine.measure;

import java.util.function.LongConsumer;

/** A cell whose entries bear their own instants: time changes none, and none is taken back. */
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
