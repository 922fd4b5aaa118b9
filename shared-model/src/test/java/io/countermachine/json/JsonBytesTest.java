package io.countermachine.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {
  private static String text(JsonBytes json) {
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
  void anyLong_isWrittenAsJavaDoes() {
    List<Long> values = new ArrayList<>(List.of(0L, Long.MIN_VALUE, Long.MAX_VALUE));
    Random random = new Random(4);
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      values.addAll(List.of(power - 1, power, -power, 1 - power));
      values.add(random.nextLong() % (10 * power));
    }
    for (long value : values) {
      JsonBytes json = new JsonBytes();
      json.write(value);
      assertThat(text(json)).isEqualTo(Long.toString(value));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "plain 123",
        "\"",
        "\\",
        "/",
        "\b\t\n\f\r\u0000\u0001\u001f",
        "\u007f\u0080",
        "\u07ff\u0800",
        "\u2028\u2029",
        "\ud7ff\ue000\uffff",
        "\ud83d\ude00",
        "\ud800\udc00\udbff\udfff"
      })
  void text_isReadBackByALibrary(String text) throws IOException {
    JsonBytes json = new JsonBytes();
    json.writeText(text);
    assertThat(new ObjectMapper().readValue(json.toArray(), String.class)).isEqualTo(text);
  }

  @Test
  void anyText_isReadBackByALibrary() throws IOException {
    ObjectMapper library = new ObjectMapper();
    Random random = new Random(5);
    JsonBytes json = new JsonBytes();
    for (int i = 0; i < 20_000; i++) {
      int most = random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT + 1;
      String text =
          random
              .ints(random.nextInt(30), 0, most)
              .filter(c -> c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE)
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString();
      json.clear();
      json.writeText(text);
      assertThat(library.readValue(json.toArray(), String.class)).isEqualTo(text);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void halfOfASurrogatePair_isRefused(int kind) {
    String text = new String[] {"\ud800", "\udc00", "\ud800x", "\udc00\ud800"}[kind];
    assertThatThrownBy(() -> new JsonBytes().writeText(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("character 0");
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
