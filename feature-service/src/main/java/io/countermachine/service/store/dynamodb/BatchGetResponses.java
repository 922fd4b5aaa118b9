package io.countermachine.service.store.dynamodb;

/** The answers to one call's attempts, of which the newest counts. */
final class BatchGetResponses {
  private volatile ResponseBody newest;

  /**
   * Begins an attempt's answer; what still comes of an older attempt's goes nowhere.
   *
   * @param bytes how long the answer says that it is, or 0
   * @param crc32 the checksum that its header gives, or null where there is none
   */
  ResponseBody begin(int bytes, Long crc32) {
    ResponseBody begun = new ResponseBody(bytes, crc32);
    newest = begun;
    return begun;
  }

  /**
   * The newest attempt's answer.
   *
   * @throws IllegalStateException where none began
   */
  ResponseBody newest() {
    ResponseBody begun = newest;
    if (begun == null) {
      throw new IllegalStateException("the call has no answer");
    }
    return begun;
  }
}
