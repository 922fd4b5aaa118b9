package io.countermachine.service.store;

/** The bodies of one call: the request's as written, and the newest attempt's answer. */
final class Bodies {
  private final byte[] request;
  private volatile Answer answer;

  Bodies(byte[] request) {
    this.request = request;
  }

  byte[] request() {
    return request;
  }

  /**
   * Begins an attempt's answer; what still comes of an older attempt's goes nowhere.
   *
   * @param bytes how long the answer says that it is, or 0
   * @param crc32 the checksum that its header gives, or null where there is none
   */
  Answer begin(int bytes, Long crc32) {
    Answer begun = new Answer(bytes, crc32);
    answer = begun;
    return begun;
  }

  /**
   * The newest attempt's answer.
   *
   * @throws IllegalStateException where none began
   */
  Answer answer() {
    Answer begun = answer;
    if (begun == null) {
      throw new IllegalStateException("the call has no answer");
    }
    return begun;
  }
}
