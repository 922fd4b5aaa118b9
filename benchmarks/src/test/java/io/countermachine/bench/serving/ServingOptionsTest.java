package io.countermachine.bench.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.UsageException;
import org.junit.jupiter.api.Test;

class ServingOptionsTest {
  @Test
  void smoke_goesAlone() {
    assertThat(ServingOptions.parse("--smoke").isSmoke()).isTrue();
    assertThatThrownBy(() -> ServingOptions.parse("--seconds", "5", "--smoke", "--only", "floor"))
        .isInstanceOf(UsageException.class)
        .hasMessage("--smoke cannot be combined with --seconds, --only; it goes alone");
  }

  @Test
  void unknownOption_isNamed() {
    assertThatThrownBy(() -> ServingOptions.parse("--smoke", "--swift"))
        .isInstanceOf(UsageException.class)
        .hasMessage("unknown option --swift");
  }
}
