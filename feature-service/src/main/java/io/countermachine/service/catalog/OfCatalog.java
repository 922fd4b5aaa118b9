package io.countermachine.service.catalog;

import io.countermachine.catalog.Catalog;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What is made of a catalog, and anew of each that takes its place. A request asks once, so that
 * all of it is of one catalog. For several threads; two may make the same at once.
 */
public final class OfCatalog<T> implements Supplier<T> {
  private final Supplier<Catalog> catalog;
  private final Function<Catalog, T> make;
  private volatile Made<T> made;

  private record Made<T>(Catalog of, T value) {}

  /** Makes the first at once, so that what is wrong is told at the start. */
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
