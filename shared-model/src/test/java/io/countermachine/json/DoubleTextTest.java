package io.countermachine.json;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.io.NumberOutput;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoubleTextTest {
  private static final int RANDOM_DOUBLES = 500_000;

  private static String text(double value) {
    byte[] bytes = new byte[DoubleText.MOST_BYTES];
    return new String(bytes, 0, DoubleText.write(value, bytes, 0), US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-1.5, -1.5",
    "0.1, 0.1",
    "0.001, 0.001",
    "0.00099, 9.9E-4",
    "9999999, 9999999.0",
    "10000000, 1.0E7",
    "100, 100.0",
    "123456.75, 123456.75",
    "0.30000000000000004, 0.30000000000000004",
    "2e23, 2.0E23",
    "9007199254740993, 9.007199254740992E15",
    "4.9e-324, 4.9E-324",
    "9.8813129168249309e-324, 9.9E-324",
    "2.2250738585072014E-308, 2.2250738585072014E-308",
    "1.7976931348623157E308, 1.7976931348623157E308",
  })
  void doubles_areWrittenAsTheShortestDecimal(double value, String text) {
    assertThat(text(value)).isEqualTo(text);
  }

  @Test
  void everyPowerOfTwoAndItsNeighbours_asALibraryWritesThem() {
    for (int exponent = -1074; exponent <= 1023; exponent++) {
      double power = Math.scalb(1.0, exponent);
      requireSame(power);
      requireSame(Math.nextDown(power));
      requireSame(Math.nextUp(power));
    }
  }

  @Test
  void everyPowerOfTenAndItsNeighbours_asALibraryWritesThem() {
    for (int exponent = -323; exponent <= 308; exponent++) {
      double power = new BigDecimal("1E" + exponent).doubleValue();
      requireSame(power);
      requireSame(Math.nextDown(power));
      requireSame(Math.nextUp(power));
    }
  }

  /** Jackson's implementation is independent, by the algorithm's author. */
  @Test
  void randomDoubles_asALibraryWritesThem_andTheyReadBackTheSame() {
    SplittableRandom random = new SplittableRandom(20_261_121);
    for (int i = 0; i < RANDOM_DOUBLES; i++) {
      double ofBits = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(ofBits)) {
        requireSame(ofBits);
      }
      requireSame(random.nextInt(1, 100_000) * Math.exp(-random.nextDouble() * 40));
    }
  }

  private static void requireSame(double value) {
    String text = text(value);
    assertThat(text).isEqualTo(NumberOutput.toString(value, true));
    assertThat(Double.parseDouble(text)).isEqualTo(value);
  }
}
