package io.countermachine.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmallBenchTest {
  @Test
  void figuresOfASmokeRun_areNotBesideTheSources() {
    Path module = Path.of("benchmarks");

    assertThat(SmallBench.resultFile(module, "decay", false))
        .isEqualTo(Path.of("benchmarks/results/decay.json"));
    assertThat(SmallBench.resultFile(module, "decay", true))
        .isEqualTo(Path.of("benchmarks/target/decay.json"));
  }

  @Test
  void anyOptionButSmoke_isUnknown_besideItToo() {
    assertThat(SmallBench.unknown(List.of())).isEmpty();
    assertThat(SmallBench.unknown(List.of("--smoke"))).isEmpty();
    assertThat(SmallBench.unknown(List.of("--smoke", "--events", "5"))).contains("--events");
  }
}
