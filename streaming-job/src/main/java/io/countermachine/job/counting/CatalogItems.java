package io.countermachine.job.counting;

import io.countermachine.item.CatalogItem;
import java.io.Serializable;
import java.util.Optional;

/** The table's {@link CatalogItem}, as the counting operator reads and writes it. Calls block. */
public interface CatalogItems extends AutoCloseable {
  /** Opens access to the item where the operator runs. */
  interface Provider extends Serializable {
    CatalogItems open();
  }

  /** The table cannot be reached now, but may be later. */
  final class UnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UnavailableException(Throwable cause) {
      super(cause);
    }
  }

  /** The table's name, for messages. */
  String table();

  /** The item; empty if there is none. */
  Optional<CatalogItem> read();

  /** Writes the item if it has not changed since it was read; returns true if it was written. */
  boolean write(CatalogItem item, Optional<CatalogItem> read);

  @Override
  void close();
}
