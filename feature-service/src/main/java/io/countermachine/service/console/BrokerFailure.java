package io.countermachine.service.console;

/** The broker did not do what it was asked. */
final class BrokerFailure extends Exception {
  private static final long serialVersionUID = 1L;

  BrokerFailure(Exception cause) {
    super(PartStatus.reason(cause), cause);
  }
}
