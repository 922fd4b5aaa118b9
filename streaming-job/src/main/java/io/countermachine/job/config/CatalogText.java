package io.countermachine.job.config;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A catalog as it is sent to the task managers: its text, parsed once per process.
 *
 * @param name the file's name, for messages
 * @param text the YAML text
 */
public record CatalogText(String name, String text) implements CatalogSource {
  private static final Map<CatalogText, Catalog> PARSED = new ConcurrentHashMap<>();

  /** The text of a catalog file. */
  public static CatalogText read(Path file) {
    return new CatalogText(file.toString(), CatalogLoader.readText(file));
  }

  @Override
  public Catalog catalog() {
    return PARSED.computeIfAbsent(
        this, source -> CatalogLoader.parse(source.name(), source.text()));
  }
}
