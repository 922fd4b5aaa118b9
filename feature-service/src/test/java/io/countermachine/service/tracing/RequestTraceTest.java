package io.countermachine.service.tracing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTraceTest {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "7", "req-1_2.3:4/5+6=7@host", "3f2504e0-4f89-11d3-9a0c-0305e82c3301"})
  void id_isTheCallers_whereItIsPlain(String id) {
    assertThat(RequestTrace.of(id, null).requestId()).isEqualTo(id);
    assertThat(RequestTrace.of("x".repeat(128), null).requestId()).hasSize(128);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(strings = {"a b", "a\"b", "a\\b", "a\nb", "ä", "{}", "<x>", "a,b"})
  void otherId_isReplacedByOneThatIsMade(String id) {
    assertThat(RequestTrace.of(id, null).requestId()).matches("[0-9a-f]{16}").isNotEqualTo(id);
    assertThat(RequestTrace.of("x".repeat(129), null).requestId()).hasSize(16);
  }

  @Test
  void madeIds_differ() {
    assertThat(RequestTrace.of(null, null).requestId())
        .isNotEqualTo(RequestTrace.of(null, null).requestId());
  }

  /** The first two are examples from the W3C's Trace Context. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-may-come"
      })
  void traceId_isThatOfTheTraceparent(String traceparent) {
    assertThat(RequestTrace.of(null, traceparent).traceId()).isEqualTo(TRACE);
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
        "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01"
      })
  void traceparentThatIsNone_isPassedOver(String traceparent) {
    assertThat(RequestTrace.of(null, traceparent).traceId()).isNull();
  }
}
