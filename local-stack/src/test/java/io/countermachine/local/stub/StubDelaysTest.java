package io.countermachine.local.stub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class StubDelaysTest {
  private final StubDelays delays = new StubDelays();

  private long[] next(int reads) {
    return LongStream.range(0, reads).map(read -> delays.nextNanos()).toArray();
  }

  private void set(String body) throws IOException {
    delays.set(body.getBytes(UTF_8), Unpooled.buffer());
  }

  @Test
  void oneReadOfSoMany_isLate() throws IOException {
    assertThat(next(3)).containsOnly(0);
    set("{\"oneOf\":3,\"millis\":7}");
    assertThat(next(6)).containsExactly(0, 0, 7_000_000, 0, 0, 7_000_000);
    set("{\"oneOf\":0,\"millis\":7}");
    assertThat(next(3)).containsOnly(0);
  }
}
