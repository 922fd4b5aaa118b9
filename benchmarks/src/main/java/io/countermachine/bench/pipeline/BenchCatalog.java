package io.countermachine.bench.pipeline;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;

/** What is counted. */
public interface BenchCatalog {
  /** What it is called, also in names of files. */
  String label();

  /** The catalog as YAML. */
  String text();

  default Catalog catalog() {
    return CatalogLoader.parse(label(), text());
  }
}
