package io.countermachine.service.store;

/** The store failed for every requested key. */
public final class StoreUnavailable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailable() {
    super("the counters cannot be read now; try again");
  }
}
