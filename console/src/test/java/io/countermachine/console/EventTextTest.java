package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.ErrorResponseException;

class EventTextTest {
  @Test
  void check_passesAnyObject() {
    assertThatCode(() -> EventText.check("{\"eventName\":\"like\"}".getBytes(UTF_8)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "7", "null", "{", "{} {}", "{\"a\":}", "like"})
  void check_refuses_whatIsNoObject(String text) {
    assertThatThrownBy(() -> EventText.check(text.getBytes(UTF_8)))
        .isInstanceOf(ErrorResponseException.class)
        .hasMessageContaining("an event must be a JSON object");
  }

  @Test
  void check_refuses_whatIsTooLong() {
    assertThatThrownBy(() -> EventText.check(new byte[EventText.MAX_BYTES + 1]))
        .isInstanceOf(ErrorResponseException.class)
        .hasMessageContaining("larger than");
  }

  @Test
  void objects_passOverWhatTheTopicHoldsBesides() {
    assertThat(
            EventText.objects(
                List.of(
                    "{\"userId\":\"u1\"}".getBytes(UTF_8),
                    "{\"userId\":".getBytes(UTF_8),
                    "[1]".getBytes(UTF_8))))
        .singleElement()
        .satisfies(event -> assertThat(event.path("userId").asString()).isEqualTo("u1"));
  }
}
