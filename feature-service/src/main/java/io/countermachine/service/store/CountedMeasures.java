package io.countermachine.service.store;

/** Which of the catalog's outputs and intervals the job counts, according to the table. */
@FunctionalInterface
public interface CountedMeasures {
  /** Everything is counted. Used if the table does not say. */
  CountedMeasures ALL = (group, output, interval) -> true;

  /**
   * Returns true if the job counts an output at an interval.
   *
   * @param interval its label; {@link io.countermachine.item.CatalogItem#NO_INTERVAL} for an output
   *     without intervals
   */
  boolean counts(String group, String output, String interval);
}
