package io.countermachine.local.stub;

/** A call that is refused, as DynamoDB would. */
final class StubFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String type;

  private StubFault(String type, String message) {
    super(message);
    this.type = type;
  }

  static StubFault invalid(String message) {
    return new StubFault("com.amazon.coral.validate#ValidationException", message);
  }

  static StubFault missing(String message) {
    return new StubFault("com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", message);
  }

  static StubFault inUse(String message) {
    return new StubFault("com.amazonaws.dynamodb.v20120810#ResourceInUseException", message);
  }

  static StubFault unknown(String operation) {
    return new StubFault(
        "com.amazon.coral.service#UnknownOperationException", "the stub has no " + operation);
  }

  /** The fault's name on the wire. */
  String type() {
    return type;
  }
}
