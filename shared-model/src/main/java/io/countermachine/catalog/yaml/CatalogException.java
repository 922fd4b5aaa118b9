package io.countermachine.catalog.yaml;

import java.util.List;

/** A catalog that cannot be used, with all of its faults. */
public final class CatalogException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  /**
   * Creates the exception for an invalid catalog.
   *
   * @param faults each as {@code file:line: what is wrong and what would be right}
   */
  public CatalogException(List<String> faults) {
    super(String.join(System.lineSeparator(), faults));
    this.faults = List.copyOf(faults);
  }

  /** All faults, in the order of the file's lines. */
  public List<String> faults() {
    return faults;
  }
}
