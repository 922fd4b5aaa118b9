package io.countermachine.json;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ParserMessageTest {
  private static final String SOURCE =
      "[Source: REDACTED (`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION` disabled); line: 1, column: %d]";

  @Test
  void place_isKept_withoutTheParsersSettings() {
    assertThat(
            ParserMessage.cleaned(
                "expected close marker for Object (start marker at "
                    + SOURCE.formatted(1)
                    + ")\n at "
                    + SOURCE.formatted(9)))
        .isEqualTo("expected close marker for Object (start marker at line: 1, column: 1)");
  }

  @Test
  void otherWords_stay() {
    assertThat(ParserMessage.cleaned("Unexpected character (']' (code 93)): [x; y]"))
        .isEqualTo("Unexpected character (']' (code 93)): [x; y]");
  }
}
