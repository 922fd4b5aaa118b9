package io.countermachine.local.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.ItemFormat;
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
                    "packed"),
                FOLDER))
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
    assertThatThrownBy(() -> Torture.parse(List.of("--only", "cable cut"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"cable cut\"");
    assertThatThrownBy(() -> Torture.parse(List.of("--backend", "disk"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("--backend disk: expected heap or rocksdb");
    assertThatThrownBy(() -> Torture.parse(List.of("--only", "wide", "--backend", "heap"), FOLDER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--only wide");
  }

  @Test
  void form_changesWithEachStop_whenMixed() {
    assertThat(Torture.parse(List.of(), FOLDER).storedAs()).isEqualTo(StoredFormat.MIXED);
    assertThat(StoredFormat.MIXED.format(0)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.MIXED.format(1)).isEqualTo(ItemFormat.READABLE);
    assertThat(StoredFormat.MIXED.format(2)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.PACKED.format(1)).isEqualTo(ItemFormat.PACKED);
    assertThat(StoredFormat.READABLE.format(0)).isEqualTo(ItemFormat.READABLE);
  }

  @Test
  void usage_namesEveryFault() {
    assertThat(Torture.USAGE).contains("\n  taskmanager killed\n", "\n  store away\n");
  }
}
