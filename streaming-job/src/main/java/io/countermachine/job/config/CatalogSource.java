package io.countermachine.job.config;

import io.countermachine.catalog.Catalog;
import java.io.Serializable;

/** A catalog in a form that can be sent to the task managers. */
public interface CatalogSource extends Serializable {
  /** The catalog, the same object for all operators of a process. */
  Catalog catalog();
}
