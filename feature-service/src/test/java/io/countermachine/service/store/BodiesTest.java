package io.countermachine.service.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.Crc32MismatchException;

class BodiesTest {
  /** The check value that CRC-32's definition gives for these nine digits. */
  private static final long CRC_OF_DIGITS = 0xCBF43926L;

  private final Bodies bodies = new Bodies(new byte[0]);

  private String take(String piece) {
    return UTF_8.decode(bodies.take(ByteBuffer.wrap(piece.getBytes(UTF_8)))).toString();
  }

  @Test
  void pieces_areKept_andTheSdkReadsAnEmptyObject() {
    assertThat(take("1234") + take("56789")).isEqualTo("{}");
    assertThat(new String(bodies.answer(), 0, bodies.answerLength(), UTF_8)).isEqualTo("123456789");
  }

  @Test
  void secondAttempt_startsAnew() {
    take("half an ans");
    bodies.restart(9);
    assertThat(take("123456789")).isEqualTo("{}");
    bodies.expectCrc32(CRC_OF_DIGITS);
    assertThatCode(bodies::requireIntact).doesNotThrowAnyException();
  }

  @Test
  void damagedAnswer_isAnError() {
    take("123456780");
    bodies.expectCrc32(CRC_OF_DIGITS);
    assertThatThrownBy(bodies::requireIntact).isInstanceOf(Crc32MismatchException.class);
  }

  @Test
  void largeAnswer_isKeptWhole() {
    String piece = "x".repeat(10_000);
    for (int i = 0; i < 50; i++) {
      take(piece);
    }
    assertThat(bodies.answerLength()).isEqualTo(500_000);
    assertThat(bodies.answer()[499_999]).isEqualTo((byte) 'x');
  }
}
