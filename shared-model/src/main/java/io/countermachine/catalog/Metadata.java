package io.countermachine.catalog;

import java.util.Optional;

/** The catalog's texts for people about a measure, a formula or a set. */
public record Metadata(
    Optional<String> description, Optional<String> owner, Optional<String> unit) {
  /** No texts. */
  public static final Metadata NONE =
      new Metadata(Optional.empty(), Optional.empty(), Optional.empty());
}
