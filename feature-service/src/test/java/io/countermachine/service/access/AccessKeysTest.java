package io.countermachine.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessKeysTest {
  /** The output of {@code printf abc | sha256sum}. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final String OTHER = "0".repeat(64);

  private static AccessProperties.Key key(String name, String sha256, String requestsPerSecond) {
    return key(name, sha256, requestsPerSecond, null);
  }

  private static AccessProperties.Key key(
      String name, String sha256, String requestsPerSecond, List<String> scopes) {
    return new AccessProperties.Key(name, sha256, requestsPerSecond, scopes);
  }

  private static List<String> faults(AccessProperties.Key... keys) {
    return catchThrowableOfType(
            InvalidAccess.class, () -> AccessKeys.of(List.of(keys), new ManualTime()))
        .faults();
  }

  @Test
  void faults_areAllTold_andRepeatNoHash() {
    assertThat(
            faults(
                key(" ", "secret-in-the-wrong-place", "0"),
                key("ranker", ABC, "-1"),
                key("ranker", ABC.toUpperCase(Locale.ROOT), "many"),
                key("a:b", null, "NaN"),
                key("anonymous", OTHER, "Infinity")))
        .containsExactly(
            "counter-machine.access.keys[0].name is missing or blank",
            "counter-machine.access.keys[0].sha256 must be the key's SHA-256, 64 hexadecimal digits",
            "counter-machine.access.keys[0].requests-per-second \"0\" must be a number from 0.001 to 1000000",
            "counter-machine.access.keys[1].requests-per-second \"-1\" must be a number from 0.001 to 1000000",
            "counter-machine.access.keys[2].name \"ranker\" is the name of counter-machine.access.keys[1] too",
            "counter-machine.access.keys[2].sha256 is that of counter-machine.access.keys[1] too",
            "counter-machine.access.keys[2].requests-per-second \"many\" must be a number from 0.001 to 1000000",
            "counter-machine.access.keys[3].name \"a:b\" is not valid: " + CallerNames.EXPECTED,
            "counter-machine.access.keys[3].sha256 must be the key's SHA-256, 64 hexadecimal digits",
            "counter-machine.access.keys[3].requests-per-second \"NaN\" must be a number from 0.001 to 1000000",
            "counter-machine.access.keys[4].name \"anonymous\" is not valid: "
                + CallerNames.EXPECTED,
            "counter-machine.access.keys[4].requests-per-second \"Infinity\" must be a number from 0.001 to 1000000");
  }

  @Test
  void scopesThatThereAreNot_areFaults() {
    assertThat(
            faults(
                key("a", ABC, null, List.of("features", "sent", "Inspect")),
                key("b", OTHER, null, List.of())))
        .containsExactly(
            "counter-machine.access.keys[0].scopes has \"sent\"; expected features, inspect, send, operate,"
                + " with commas between several",
            "counter-machine.access.keys[0].scopes has \"Inspect\"; expected features, inspect, send, operate,"
                + " with commas between several",
            "counter-machine.access.keys[1].scopes is empty; expected features, inspect, send, operate,"
                + " with commas between several");
  }

  @Test
  void keyThatNamesNoScope_onlyReads() {
    AccessKeys keys =
        AccessKeys.of(
            List.of(
                key("old", ABC, null),
                key("sender", OTHER, null, List.of("send", " operate ", "send"))),
            new ManualTime());
    assertThat(keys.find(PresentedKey.of("abc", null)).orElseThrow().scopes())
        .containsExactlyInAnyOrder(Scope.FEATURES, Scope.INSPECT);
    assertThat(keys.find(PresentedKey.of("abc", null)).orElseThrow().hasOneOf(Set.of(Scope.SEND)))
        .isFalse();
  }

  @Test
  void noKeys_areAFault() {
    assertThat(faults())
        .containsExactly(
            "counter-machine.access.enabled is true, but counter-machine.access.keys[0] is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "ba78", "g", " " + ABC, ABC + "0"})
  void hash_mustBe64HexadecimalDigits(String hash) {
    assertThat(faults(key("ranker", hash, null))).hasSize(1);
  }

  @Test
  void key_isFoundByItsHash_inEitherCase() {
    AccessKeys keys =
        AccessKeys.of(
            List.of(
                key("other", OTHER, null),
                key("ranker", ABC.toUpperCase(Locale.ROOT), "5"),
                key("last", "1".repeat(64), null)),
            new ManualTime());
    ApiKey found = keys.find(PresentedKey.of("abc", null)).orElseThrow();
    assertThat(found.name()).isEqualTo("ranker");
    assertThat(found.limit()).isPresent();
    assertThat(keys.find(PresentedKey.of("abc", "ranker"))).isPresent();
    assertThat(keys.find(PresentedKey.of("abc", "other"))).as("another's key").isEmpty();
    assertThat(keys.find(PresentedKey.of("abcd", null))).isEmpty();
    assertThat(keys.find(PresentedKey.of(ABC, null))).as("the hash is no key").isEmpty();
  }
}
