package io.countermachine.local.torture;

import io.countermachine.catalog.ItemFormat;

/** The format in which a run's job writes items. */
enum StoredFormat {
  READABLE,
  PACKED,
  /** Packed first, then the other format after each stop, so that the table contains both. */
  MIXED;

  /**
   * The format that a job writes.
   *
   * @param stops how often the job was stopped and resumed before
   */
  ItemFormat format(int stops) {
    return switch (this) {
      case READABLE -> ItemFormat.READABLE;
      case PACKED -> ItemFormat.PACKED;
      case MIXED -> stops % 2 == 0 ? ItemFormat.PACKED : ItemFormat.READABLE;
    };
  }
}
