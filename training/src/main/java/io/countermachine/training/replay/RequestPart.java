package io.countermachine.training.replay;

import io.countermachine.service.evaluate.KeyValues;

/** A part of the data for a request's rows. The parts meet under the request's number. */
sealed interface RequestPart {
  /** The number for a part that all requests need. It is the lowest number. */
  long ALL = 0;

  /** The request's number, from 1. */
  long request();

  /** The order in which parts are processed. */
  default int order() {
    return 1;
  }

  /** Up to when events are known: the newest instant that one reader saw, epoch milliseconds. */
  record Newest(long millis) implements RequestPart {
    @Override
    public long request() {
      return ALL;
    }
  }

  /** The request itself, as its line. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Line(long request, byte[] line) implements RequestPart {
    @Override
    public int order() {
      return 0;
    }
  }

  /** The values of one of its keys. */
  record Values(long request, int number, KeyValues values) implements RequestPart {}

  /** Whether an event followed, by the number of candidate and label. */
  record Followed(long request, int number, boolean followed) implements RequestPart {}
}
