package io.countermachine.service.features;

/** How a value came about. */
public enum Status {
  /** The value as of the request's instant. */
  OK,
  /** Nothing is stored: counts and sums are 0, a ratio is its prior or null. */
  NOT_FOUND,
  /** A ratio with nothing to divide by: null. */
  UNDEFINED,
  /** The candidate lacks a key field: null. */
  NO_KEY,
  /** The instant lies before the stored counters': the value as of theirs. */
  NEWER,
  /** The store failed for the key: null. */
  ERROR
}
