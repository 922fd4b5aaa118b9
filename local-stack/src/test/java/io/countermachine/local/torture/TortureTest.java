package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.local.torture.TortureRun.Options;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TortureTest {
  private static final Path FOLDER = Path.of("run");

  @Test
  void options_areRead() {
    assertThat(
            Torture.parse(
                List.of(
                    "--minutes", "5", "--seed", "-3", "--only", "broker killed", "--only", "wide"),
                FOLDER))
        .isEqualTo(new Options(FOLDER, -3, 5, List.of("broker killed", "wide")));
  }

  @Test
  void wrongOptions_areNamed() {
    assertThatThrownBy(() -> Torture.parse(List.of("--minutes"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--minutes");
    assertThatThrownBy(() -> Torture.parse(List.of("--minutes", "-1"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--minutes -1");
    assertThatThrownBy(() -> Torture.parse(List.of("--seed", "x"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--seed x");
    assertThatThrownBy(() -> Torture.parse(List.of("--speed", "9"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--speed");
  }
}
