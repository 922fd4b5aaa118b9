package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.service.connections.CallerProperties;
import io.countermachine.service.problem.Overloaded;
import io.countermachine.service.problem.RequestFault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.util.unit.DataSize;

class RequestBodiesTest {
  private static final int MOST = 100_000;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private long nanos = 5;
  private final RequestBodies bodies =
      new RequestBodies(
          new CallerProperties(
              Duration.ofSeconds(3), Duration.ofDays(1), DataSize.ofBytes(150_000)),
          meters,
          () -> nanos);

  private double room() {
    return meters.get("countermachine.bodies").gauge().value();
  }

  private static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static MockHttpServletRequest announced(byte[] content) {
    MockHttpServletRequest request = new MockHttpServletRequest();
    request.setContent(content);
    return request;
  }

  /** A body in chunks, whose length is not known in advance. */
  private static MockHttpServletRequest chunked(ServletInputStream in) {
    return new MockHttpServletRequest() {
      @Override
      public ServletInputStream getInputStream() {
        return in;
      }

      @Override
      public long getContentLengthLong() {
        return -1;
      }
    };
  }

  /** Returns bytes in small parts, with a pause before each. */
  private final class SlowStream extends ServletInputStream {
    private final byte[] content;
    private final Duration pause;
    private int given;

    SlowStream(byte[] content, Duration pause) {
      this.content = content;
      this.pause = pause;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] into, int from, int most) {
      nanos += pause.toNanos();
      if (given == content.length) {
        return -1;
      }
      int length = Math.min(Math.min(most, 1_000), content.length - given);
      System.arraycopy(content, given, into, from, length);
      given += length;
      return length;
    }

    @Override
    public boolean isFinished() {
      return given == content.length;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void body_isReadWhole_whateverItsLength_announcedOrNot() throws IOException {
    for (int length : new int[] {0, 1, 16_383, 16_384, 16_385, 65_536, 99_999, MOST}) {
      byte[] content = bytes(length);
      try (RequestBodies.Body body = bodies.read(announced(content), MOST)) {
        assertThat(body.bytes()).isEqualTo(content);
      }
      try (RequestBodies.Body body =
          bodies.read(chunked(new SlowStream(content, Duration.ZERO)), MOST)) {
        assertThat(body.bytes()).isEqualTo(content);
      }
      assertThat(room()).isZero();
    }
  }

  @Test
  void bodyThatIsTooLarge_is413_andKeepsNoRoom() {
    byte[] content = bytes(MOST + 1);
    assertThatThrownBy(() -> bodies.read(announced(content), MOST))
        .isInstanceOf(RequestFault.class)
        .hasMessage("the body is larger than 100000 bytes");
    assertThatThrownBy(() -> bodies.read(chunked(new SlowStream(content, Duration.ZERO)), MOST))
        .isInstanceOf(RequestFault.class)
        .hasMessage("the body is larger than 100000 bytes");
    assertThat(room()).isZero();
  }

  @Test
  void bodies_takeRoomTogether_andOneBeyondIsTurnedAway_butASmallOnePasses() throws IOException {
    try (RequestBodies.Body first = bodies.read(announced(bytes(MOST)), MOST)) {
      assertThat(room()).isEqualTo(MOST);
      assertThatThrownBy(() -> bodies.read(announced(bytes(60_000)), MOST))
          .isInstanceOf(Overloaded.class);
      assertThat(room()).isEqualTo(MOST);
      try (RequestBodies.Body small = bodies.read(announced(bytes(16_384)), MOST)) {
        assertThat(small.bytes()).hasSize(16_384);
        assertThat(room()).isEqualTo(MOST);
      }
      assertThat(first.bytes()).hasSize(MOST);
      first.close();
      assertThat(first.bytes()).isEmpty();
      assertThat(room()).isZero();
    }
    assertThat(room()).isZero();
    assertThat(
            meters
                .get("countermachine.admission.rejected")
                .tag("reason", "bodies")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void bodyThatNeedsMoreThanThereIs_hasItAlone() throws IOException {
    try (RequestBodies.Body alone = bodies.read(announced(bytes(200_000)), 1_000_000)) {
      assertThat(alone.bytes()).hasSize(200_000);
      assertThatThrownBy(() -> bodies.read(announced(bytes(20_000)), MOST))
          .isInstanceOf(Overloaded.class);
    }
  }

  /** A thousand bytes every 100 ms, so that 31 parts take longer than three seconds. */
  @Test
  void bodyThatTakesTooLong_is408_andKeepsNoRoom() throws IOException {
    Duration pause = Duration.ofMillis(100);
    try (RequestBodies.Body inTime =
        bodies.read(chunked(new SlowStream(bytes(29_000), pause)), MOST)) {
      assertThat(inTime.bytes()).hasSize(29_000);
    }
    assertThatThrownBy(() -> bodies.read(chunked(new SlowStream(bytes(32_000), pause)), MOST))
        .isInstanceOf(RequestFault.class)
        .hasMessage("the body did not come in within 3000 ms");
    assertThat(room()).isZero();
  }
}
