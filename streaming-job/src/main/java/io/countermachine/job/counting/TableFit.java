package io.countermachine.job.counting;

import io.countermachine.item.CatalogItem;
import java.time.Instant;
import java.util.Optional;

/**
 * Checks that the table is the one that the state was written to, and not older than the state.
 * Items of keys without further events are written again only on request. So in another table they
 * would be missing or stale for ever.
 */
final class TableFit {
  private static final String WHAT_TO_DO =
      " Items of keys without further events would stay missing or stale."
          + " Give the job the table that its state belongs to, or let it write every item of its state"
          + " to this one: ./counter-machine republish, or start once with --republish";

  private TableFit() {}

  /** Why the table does not belong to the state; empty if it does, or if nothing is known. */
  static Optional<String> fault(CountingMetadata state, Optional<CatalogItem> found, String table) {
    if (state.tableId().isEmpty()) {
      return Optional.empty();
    }
    if (found.isEmpty() || found.get().tableId().isEmpty()) {
      return Optional.of(
          "table %s is not the one that the job's state was written to: it is empty or new (it has no item %s)."
                  .formatted(table, CatalogItem.NAME)
              + WHAT_TO_DO);
    }
    CatalogItem item = found.get();
    if (!item.tableId().equals(state.tableId())) {
      return Optional.of(
          "table %s is not the one that the job's state was written to: another state was written to it (its item %s has the tableId %s, the state has %s)."
                  .formatted(table, CatalogItem.NAME, item.tableId(), state.tableId())
              + WHAT_TO_DO);
    }
    if (item.epoch() < state.epoch()) {
      return Optional.of(
          "table %s is older than the job's state: it was put back to %s or shortly after (its item %s has the epoch %d, the state knows %d)."
                  .formatted(
                      table,
                      Instant.ofEpochMilli(item.writtenMillis()),
                      CatalogItem.NAME,
                      item.epoch(),
                      state.epoch())
              + WHAT_TO_DO);
    }
    return Optional.empty();
  }
}
