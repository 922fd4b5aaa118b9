package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.Crc32MismatchException;

class ResponseBodyTest {
  /** CRC-32's standard check value for these nine digits. */
  private static final long CRC_OF_DIGITS = 0xCBF43926L;

  private final BatchGetResponses answers = new BatchGetResponses();

  private static String take(ResponseBody answer, String piece) {
    return UTF_8.decode(answer.take(ByteBuffer.wrap(piece.getBytes(UTF_8)))).toString();
  }

  private static String text(ResponseBody answer) {
    return new String(answer.bytes(), 0, answer.length(), UTF_8);
  }

  @Test
  void pieces_areKept_andTheSdkReadsAnEmptyObject() {
    ResponseBody answer = answers.begin(0, null);
    assertThat(take(answer, "1234") + take(answer, "56789")).isEqualTo("{}");
    assertThat(text(answer)).isEqualTo("123456789");
  }

  @Test
  void lateOnesOfAnOlderAttempt_doNotReachTheNewest() {
    ResponseBody older = answers.begin(0, null);
    take(older, "half an ans");
    ResponseBody newest = answers.begin(9, CRC_OF_DIGITS);
    assertThat(take(newest, "12345")).isEqualTo("{}");
    take(older, "wer");
    take(newest, "6789");
    assertThat(text(answers.newest())).isEqualTo("123456789");
    assertThatCode(answers.newest()::requireIntact).doesNotThrowAnyException();
  }

  @Test
  void damagedAnswer_isAnError() {
    ResponseBody answer = answers.begin(9, CRC_OF_DIGITS);
    take(answer, "123456780");
    assertThatThrownBy(answer::requireIntact).isInstanceOf(Crc32MismatchException.class);
  }

  @Test
  void largeAnswer_isKeptWhole() {
    ResponseBody answer = answers.begin(0, null);
    String piece = "x".repeat(10_000);
    for (int i = 0; i < 50; i++) {
      take(answer, piece);
    }
    assertThat(answer.length()).isEqualTo(500_000);
    assertThat(answer.bytes()[499_999]).isEqualTo((byte) 'x');
  }

  @Test
  void callWithoutAnswer_isAnError() {
    assertThatThrownBy(answers::newest).isInstanceOf(IllegalStateException.class);
  }
}
