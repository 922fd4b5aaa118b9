package io.countermachine.catalog;

import java.nio.file.Path;

/** Reads a catalog file and checks all of it. */
public final class CatalogLoader {
  private CatalogLoader() {}

  /**
   * Reads a catalog.
   *
   * @throws CatalogException with every fault, where the file is not a valid catalog or cannot be read
   */
  @SuppressWarnings("DoNotCallSuggester")
  public static Catalog load(Path file) {
    throw new CatalogException(java.util.List.of(file + ":1: loader is being written"));
  }
}
