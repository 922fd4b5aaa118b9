package io.countermachine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SmallBenchTest {
  @Test
  void anyOptionButSmoke_isUnknown_besideItToo() {
    assertThat(SmallBench.unknown(List.of())).isEmpty();
    assertThat(SmallBench.unknown(List.of("--smoke"))).isEmpty();
    assertThat(SmallBench.unknown(List.of("--smoke", "--events", "5"))).contains("--events");
  }
}
