package io.countermachine.training.replay;

import io.countermachine.service.evaluate.KeyValues;

/** A part of a request's rows, which meet under the request's number. */
sealed interface RequestPart {
  /** In place of a request's number: what all of them need to know. It is the least. */
  long ALL = 0;

  /** The request's number, from 1 on. */
  long request();

  /** Parts come in this order. */
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

  /** The request itself: its line. */
  @SuppressWarnings("ArrayRecordComponent") // A carrier of bytes, never compared.
  record Line(long request, byte[] line) implements RequestPart {
    @Override
    public int order() {
      return 0;
    }
  }

  /** What one of its keys is worth. */
  record Values(long request, int number, KeyValues values) implements RequestPart {}

  /** Whether an event followed, by the number of candidate and label. */
  record Followed(long request, int number, boolean followed) implements RequestPart {}
}
