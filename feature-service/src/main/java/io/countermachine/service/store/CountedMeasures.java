package io.countermachine.service.store;

/** Which of the catalog's outputs and intervals the job counts, as far as the table says. */
@FunctionalInterface
public interface CountedMeasures {
  /** Everything is counted, as where the table does not say. */
  CountedMeasures ALL = (group, output, interval) -> true;

  /**
   * Whether the job counts an output at an interval.
   *
   * @param interval its label; {@link io.countermachine.item.CatalogItem#NO_INTERVAL} of an output
   *     that has no intervals
   */
  boolean counts(String group, String output, String interval);
}
