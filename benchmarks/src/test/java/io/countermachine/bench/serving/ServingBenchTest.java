package io.countermachine.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.Bench;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class ServingBenchTest {
  private static ServingBench parse(String... options) {
    return Bench.parse(new ServingBench(), options);
  }

  @Test
  void smoke_isOfTheNamedContendersAndCatalog() {
    assertThat(parse("--smoke").isSmoke()).isTrue();
    assertThat(parse("--smoke", "--only", "redis", "--catalog", "thousand").isSmoke()).isTrue();
    assertThatThrownBy(() -> parse("--seconds", "5", "--smoke", "--only", "floor"))
        .isInstanceOf(ParameterException.class)
        .hasMessage(
            "--smoke cannot be combined with --seconds; it can be combined only with --catalog and"
                + " --only");
  }

  @Test
  void unknownOption_isNamed() {
    assertThatThrownBy(() -> parse("--smoke", "--swift"))
        .isInstanceOf(ParameterException.class)
        .hasMessage("Unknown option: '--swift'");
  }
}
