package io.countermachine.service.catalog;

import io.countermachine.catalog.Catalog;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * An object that is derived from the catalog, and derived again from each new version. Get it once
 * per request, so that the whole request uses one version. Thread-safe; two threads may derive the
 * same object at the same time.
 */
public final class OfCatalog<T> implements Supplier<T> {
  private final Supplier<Catalog> catalog;
  private final Function<Catalog, T> make;
  private volatile Made<T> made;

  private record Made<T>(Catalog of, T value) {}

  /** Derives the first object at once, so that faults show at the start. */
  public OfCatalog(Supplier<Catalog> catalog, Function<Catalog, T> make) {
    this.catalog = catalog;
    this.make = make;
    Catalog first = catalog.get();
    this.made = new Made<>(first, make.apply(first));
  }

  @Override
  public T get() {
    Catalog now = catalog.get();
    Made<T> newest = made;
    if (newest.of() != now) {
      newest = new Made<>(now, make.apply(now));
      made = newest;
    }
    return newest.value();
  }
}
