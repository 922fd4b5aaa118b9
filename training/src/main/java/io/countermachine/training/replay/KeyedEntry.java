package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;

/** What happens to one key, in the order of {@link #order()}. */
sealed interface KeyedEntry {
  /** The key, joined, of whichever group. */
  String key();

  /** Twice the instant, and whether it comes before or after the others of that instant. */
  long order();

  /** The order of what comes after all that happened before an instant, and before all else. */
  static long before(long instantMillis) {
    return 2 * instantMillis;
  }

  /** The order of what happened at an instant. */
  static long at(long instantMillis) {
    return 2 * instantMillis + 1;
  }

  /**
   * An event that changes the counters of the key in one group.
   *
   * @param group index in the catalog's groups
   * @param event with the key in that group alone
   * @param cameMillis when it came, by which counters expire
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
   * @param request its number
   * @param number the key's number in the request
   * @param group index in the catalog's groups
   * @param atMillis the instant of the values
   * @param cutMillis what came before this counts
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
   * @param request its number
   * @param number the number of candidate and label in the request
   * @param group index in the catalog's groups
   * @param fromMillis the first instant at which it counts
   * @param toMillis the last one
   */
  record LabelAsked(long request, int number, int group, String key, long fromMillis, long toMillis)
      implements KeyedEntry {
    @Override
    public long order() {
      return before(toMillis + 1);
    }
  }
}
