package io.countermachine.service.features;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonBytesTest {
  static String text(JsonBytes json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      json.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString(US_ASCII);
  }

  private static String text(double value) {
    JsonBytes json = new JsonBytes();
    json.write(value);
    return text(json);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "41, 41.0",
    "-3, -3.0",
    "9999999, 9999999.0",
    "10000000, 1.0E7",
    "0.1, 0.1",
    "4.9E-324, 4.9E-324",
    "1.7976931348623157E308, 1.7976931348623157E308",
    "-1.7976931348623157E308, -1.7976931348623157E308"
  })
  void double_isWrittenAsJavaDoes(double value, String text) {
    assertThat(text(value)).isEqualTo(text);
  }

  @Test
  void anyDouble_readsBackTheSame() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(new BigDecimal(text(value)).doubleValue()).isEqualTo(value);
      }
    }
  }

  @Test
  void bytes_growAndRepeat() {
    JsonBytes json = new JsonBytes();
    json.write("abc".getBytes(US_ASCII));
    for (int i = 0; i < 500_000; i++) {
      json.repeat(0, 3);
    }
    json.write(-12L);
    assertThat(text(json)).isEqualTo("abc".repeat(500_001) + "-12");
    json.clear();
    json.write('x');
    assertThat(text(json)).isEqualTo("x");
  }
}
