package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.ItemFormat;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.torture.TortureRun.Options;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class TortureTest {
  private static final Path FOLDER = Path.of("run");

  private static Options parse(String... arguments) {
    return LocalCommand.parse(new Torture(), arguments).options(FOLDER);
  }

  @Test
  void options_areRead() {
    assertThat(
            parse(
                "--minutes",
                "5",
                "--seed",
                "-3",
                "--only",
                "broker killed",
                "--only",
                "store away",
                "--backend",
                "rocksdb",
                "--stored",
                "packed"))
        .isEqualTo(
            new Options(
                FOLDER,
                -3,
                5,
                List.of("broker killed", "store away"),
                StateBackend.ROCKSDB,
                StoredFormat.PACKED));
  }

  @Test
  void wrongOptions_areNamed() {
    assertThatThrownBy(() -> parse("--minutes"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--minutes");
    assertThatThrownBy(() -> parse("--minutes", "-1"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--minutes -1");
    assertThatThrownBy(() -> parse("--seed", "x"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("'--seed'");
    assertThatThrownBy(() -> parse("--speed", "9"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--speed");
    assertThatThrownBy(() -> parse("--only", "cable cut"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("\"cable cut\"");
    assertThatThrownBy(() -> parse("--backend", "disk"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--backend")
        .hasMessageContaining("'disk'");
    assertThatThrownBy(() -> parse("--only", "wide", "--backend", "heap"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("--only wide");
  }

  @Test
  void form_changesWithEachStop_whenMixed() {
    assertThat(parse().storedAs()).isEqualTo(StoredFormat.MIXED);
    assertThat(StoredFormat.MIXED.format(0)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.MIXED.format(1)).isEqualTo(ItemFormat.READABLE);
    assertThat(StoredFormat.MIXED.format(2)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.PACKED.format(1)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.READABLE.format(0)).isEqualTo(ItemFormat.READABLE);
  }
}
