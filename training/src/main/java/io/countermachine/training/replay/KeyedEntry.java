package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;

/** Something that happens to one key. Entries are processed in the order of {@link #order()}. */
sealed interface KeyedEntry {
  /** The joined key, whatever its group. */
  String key();

  /** Twice the instant, plus 1 if the entry comes after others of the same instant. */
  long order();

  /**
   * The order of an entry that comes after everything before an instant, and before everything at
   * it.
   */
  static long before(long instantMillis) {
    return 2 * instantMillis;
  }

  /** The order of an entry at an instant. */
  static long at(long instantMillis) {
    return 2 * instantMillis + 1;
  }

  /**
   * An event that changes the counters of the key in one group.
   *
   * @param group index in the catalog's groups
   * @param event the event, with the key only in that group
   * @param cameMillis when it arrived, which determines expiry, epoch milliseconds
   */
  record Counted(int group, Event event, long cameMillis) implements KeyedEntry {
    @Override
    public String key() {
      return event.keys()[group];
    }

    @Override
    public long order() {
      return at(cameMillis);
    }
  }

  /**
   * A request that asks for the counters of the key.
   *
   * @param request the request's number
   * @param number the key's number in the request
   * @param group index in the catalog's groups
   * @param atMillis the instant of the values, epoch milliseconds
   * @param cutMillis only events that arrived before this instant count, epoch milliseconds
   */
  record Asked(long request, int number, int group, String key, long atMillis, long cutMillis)
      implements KeyedEntry {
    @Override
    public long order() {
      return before(cutMillis);
    }
  }

  /**
   * A request that asks whether a label's event followed.
   *
   * @param request the request's number
   * @param number the number of candidate and label in the request
   * @param group index in the catalog's groups
   * @param fromMillis the first instant at which the event counts, epoch milliseconds
   * @param toMillis the last such instant, epoch milliseconds
   */
  record LabelAsked(long request, int number, int group, String key, long fromMillis, long toMillis)
      implements KeyedEntry {
    @Override
    public long order() {
      return before(toMillis + 1);
    }
  }
}
