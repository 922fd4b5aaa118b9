package io.countermachine.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class NewKeyTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    out.reset();
    return NewKey.run(
        arguments, new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
  }

  private String key() {
    return out.toString(UTF_8)
        .lines()
        .filter(line -> line.startsWith("cm_"))
        .reduce(
            (one, two) -> {
              throw new AssertionError("two keys");
            })
        .orElseThrow();
  }

  @Test
  void key_isLongAndUrlSafe_andItsSettingsAreTaken() throws IOException {
    assertThat(run("ranker")).isZero();
    String key = key();
    assertThat(key).as("256 bits").matches("cm_[A-Za-z0-9_-]{43}");
    assertThat(settingsAreTaken(key).scopes())
        .as("what reads, unless said otherwise")
        .containsExactlyInAnyOrder(Scope.FEATURES, Scope.INSPECT);
    run("ranker");
    assertThat(key()).as("another one each time").isNotEqualTo(key);
  }

  @Test
  void scopes_areTheOnesThatAreNamed_whereverTheyStand() throws IOException {
    assertThat(run("ranker", "--scopes", "send, operate")).isZero();
    assertThat(settingsAreTaken(key()).scopes())
        .containsExactlyInAnyOrder(Scope.SEND, Scope.OPERATE);
    assertThat(run("--scopes", "features", "ranker")).isZero();
    assertThat(settingsAreTaken(key()).scopes()).containsExactly(Scope.FEATURES);
  }

  /** The key that results from the printed settings. */
  private ApiKey settingsAreTaken(String key) throws IOException {
    Properties settings = new Properties();
    settings.load(new StringReader(out.toString(UTF_8).replace(key, "")));
    AccessKeys keys =
        AccessKeys.of(
            List.of(
                new AccessProperties.Key(
                    settings.getProperty("counter-machine.access.keys[0].name"),
                    settings.getProperty("counter-machine.access.keys[0].sha256"),
                    null,
                    List.of(
                        settings.getProperty("counter-machine.access.keys[0].scopes").split(",")))),
            new ManualTime());
    ApiKey found = keys.find(PresentedKey.of(key, null)).orElseThrow();
    assertThat(found.name()).isEqualTo("ranker");
    return found;
  }

  @Test
  void wrongUsage_isToldOnStandardError_andEndsWith2() {
    assertThat(run()).isEqualTo(2);
    assertThat(run("a", "b")).isEqualTo(2);
    assertThat(run("two words")).isEqualTo(2);
    assertThat(err.toString(UTF_8)).doesNotContain("there is no scope");
    assertThat(run("a", "--scopes")).isEqualTo(2);
    assertThat(run("a", "--scope", "send")).isEqualTo(2);
    assertThat(run("a", "--scopes", "send,write,")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains("there is no scope \"write\", \"\": expected features, inspect, send, operate");
    assertThat(out.size()).isZero();
    assertThat(err.toString(UTF_8))
        .contains("usage: counter-machine key NAME")
        .contains("\"two words\" cannot name a key");
  }
}
