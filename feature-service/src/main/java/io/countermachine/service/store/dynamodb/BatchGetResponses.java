package io.countermachine.service.store.dynamodb;

/** The responses to the attempts of one call. The newest one counts. */
final class BatchGetResponses {
  private volatile ResponseBody newest;

  /**
   * Starts the response to an attempt. Data that still arrives for an older attempt is discarded.
   *
   * @param bytes the announced length, or 0
   * @param crc32 the checksum in the response's header, or null if there is none
   */
  ResponseBody begin(int bytes, Long crc32) {
    ResponseBody begun = new ResponseBody(bytes, crc32);
    newest = begun;
    return begun;
  }

  /**
   * The response to the newest attempt.
   *
   * @throws IllegalStateException if there was none
   */
  ResponseBody newest() {
    ResponseBody begun = newest;
    if (begun == null) {
      throw new IllegalStateException("the call has no response");
    }
    return begun;
  }
}
