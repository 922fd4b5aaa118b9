package io.countermachine.service.store;

/** The answers to one call's attempts, of which the newest counts. */
final class Answers {
  private volatile Answer newest;

  /**
   * Begins an attempt's answer; what still comes of an older attempt's goes nowhere.
   *
   * @param bytes how long the answer says that it is, or 0
   * @param crc32 the checksum that its header gives, or null where there is none
   */
  Answer begin(int bytes, Long crc32) {
    Answer begun = new Answer(bytes, crc32);
    newest = begun;
    return begun;
  }

  /**
   * The newest attempt's answer.
   *
   * @throws IllegalStateException where none began
   */
  Answer newest() {
    Answer begun = newest;
    if (begun == null) {
      throw new IllegalStateException("the call has no answer");
    }
    return begun;
  }
}
