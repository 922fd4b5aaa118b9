package io.countermachine.local.stub;

/** A call that is refused as DynamoDB would refuse it. */
final class StubException extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private static final String DYNAMODB = "com.amazonaws.dynamodb.v20120810#";

  private final String type;

  /**
   * @param type the error's name on the wire
   */
  private StubException(String type, String message) {
    super(message);
    this.type = type;
  }

  static StubException invalid(String message) {
    return new StubException("com.amazon.coral.validate#ValidationException", message);
  }

  static StubException missing(String message) {
    return new StubException(DYNAMODB + "ResourceNotFoundException", message);
  }

  static StubException inUse(String message) {
    return new StubException(DYNAMODB + "ResourceInUseException", message);
  }

  static StubException unknown(String operation) {
    return new StubException(
        "com.amazon.coral.service#UnknownOperationException", "the stub has no " + operation);
  }

  static StubException throttled() {
    return new StubException(
        DYNAMODB + "ProvisionedThroughputExceededException", "the stub refuses this call");
  }

  static StubException notJson() {
    return new StubException(
        "com.amazon.coral.service#SerializationException", "the request is not JSON");
  }

  String type() {
    return type;
  }
}
