package io.countermachine.catalog;

/** How the job writes counters into items. Every reader reads all of them at any time. */
public enum ItemFormat {
  /** A map of measure to interval to number, which anyone can read. */
  READABLE,
  /** One binary attribute, which is smaller and read faster. */
  PACKED
}
