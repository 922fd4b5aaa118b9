package io.countermachine.service.access;

import java.util.List;

/** The access settings are wrong. The message lists every fault. */
final class InvalidAccess extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<String> faults;

  InvalidAccess(List<String> faults) {
    super(String.join("; ", faults));
    this.faults = List.copyOf(faults);
  }

  List<String> faults() {
    return faults;
  }
}
