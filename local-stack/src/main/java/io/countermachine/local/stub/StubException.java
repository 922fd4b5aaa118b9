package io.countermachine.local.stub;

/** A call that is refused, as DynamoDB would. */
final class StubException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;

  private StubException(String type, String message) {
    super(message);
    this.type = type;
  }

  static StubException invalid(String message) {
    return new StubException("com.amazon.coral.validate#ValidationException", message);
  }

  static StubException missing(String message) {
    return new StubException("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message);
  }

  static StubException inUse(String message) {
    return new StubException("com.amazonaws.dynamodb.v20120810#ResourceInUseException", message);
  }

  static StubException unknown(String operation) {
    return new StubException(
        "com.amazon.coral.service#UnknownOperationException", "the stub has no " + operation);
  }

  /** The fault's name on the wire. */
  String type() {
    return type;
  }
}
