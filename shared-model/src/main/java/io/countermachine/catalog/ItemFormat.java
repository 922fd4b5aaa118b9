package io.countermachine.catalog;

/**
 * The format in which the job writes counters into items. Every reader can read all formats at any
 * time.
 */
public enum ItemFormat {
  /** A map of measure to interval to number, readable by people. */
  READABLE,
  /** One binary attribute, which is smaller and faster to read. */
  PACKED
}
