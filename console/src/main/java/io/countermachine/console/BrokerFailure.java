package io.countermachine.console;

/** The broker did not do what it was asked to do. The message is for the caller. */
final class BrokerFailure extends Exception {
  private static final long serialVersionUID = 1L;

  BrokerFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
