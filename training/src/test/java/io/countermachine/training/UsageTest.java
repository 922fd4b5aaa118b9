package io.countermachine.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the texts that the script prints before anything is built. */
class UsageTest {
  @ParameterizedTest
  @ValueSource(strings = {"training", "study", "backfill"})
  void text_isThatOfTheOptions(String command) throws IOException {
    try (InputStream text = UsageTest.class.getResourceAsStream("/usage/" + command + ".txt")) {
      assertThat(new String(text.readAllBytes(), UTF_8))
          .isEqualTo(Training.commandLine().getSubcommands().get(command).getUsageMessage());
    }
  }
}
