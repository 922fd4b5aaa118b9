package io.countermachine.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.rules.RuleRecord.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleRecordTest {
  private static final long PUBLISHED = 1_700_000_000_000L;

  private static RuleRecord decode(String key, String value) throws MalformedRuleException {
    return RuleRecord.decode(
        key == null ? null : key.getBytes(UTF_8),
        value == null ? null : value.getBytes(UTF_8),
        PUBLISHED);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; 1700000010000; 9223372036854775807",
        "{\"from\": null, \"until\": null}; 1700000010000; 9223372036854775807",
        "{\"from\": 0}; 0; 9223372036854775807",
        "{\"until\": 1700000000001}; 1700000010000; 1700000000001",
        "{\"until\": 8, \"from\": 7}; 7; 8",
      })
  void rule_holdsTenSecondsAfterItsPublication_unlessItSays(String value, long from, long until)
      throws MalformedRuleException {
    assertThat(decode("bots|u17", value))
        .isEqualTo(new RuleRecord(Kind.SET, "bots", "u17", from, until));
  }

  @Test
  void keys_areEscapedAsThoseOfItems() throws MalformedRuleException {
    assertThat(decode("bots|a\\|b\\\\c", null))
        .isEqualTo(
            new RuleRecord(Kind.LIFT, "bots", "a|b\\c", RuleRecord.FOR_EVER, RuleRecord.FOR_EVER));
    assertThat(new String(RuleRecord.key("bots", "a|b\\c"), UTF_8)).isEqualTo("bots|a\\|b\\\\c");
  }

  @Test
  void wishToForget_namesFieldAndValue() throws MalformedRuleException {
    String key = new String(RuleRecord.forgetKey("userId", "u|1"), UTF_8);
    assertThat(decode(key, "{}"))
        .isEqualTo(new RuleRecord(Kind.FORGET, "userId", "u|1", 0, PUBLISHED + 10_000));
    assertThat(decode(key, "{\"until\": 5}").untilMillis()).isEqualTo(5);
    assertThat(decode(key, null).kind()).isEqualTo(Kind.REMEMBER);
  }

  @Test
  void value_isReadAsItWasWritten() throws MalformedRuleException {
    String value = new String(RuleRecord.value(3, 9), UTF_8);
    assertThat(value).isEqualTo("{\"from\":3,\"until\":9}");
    assertThat(new String(RuleRecord.value(-1, RuleRecord.FOR_EVER), UTF_8)).isEqualTo("{}");
    assertThat(new String(RuleRecord.value(-1, 9), UTF_8)).isEqualTo("{\"until\":9}");
    assertThat(decode("a|b", value)).isEqualTo(new RuleRecord(Kind.SET, "a", "b", 3, 9));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      nullValues = "none",
      value = {
        "none; {}; no key",
        "bots; {}; expected a list and a value",
        "bots|a|b; {}; expected a list and a value",
        "#forget|userId; {}; expected a list and a value",
        "bots|; {}; empty value",
        "bots|u; ''; expected a JSON object",
        "bots|u; []; expected a JSON object",
        "bots|u; {} {}; expected a JSON object",
        "bots|u; {\"from\": 1; expected a JSON object",
        "bots|u; {\"from\": \"1\"}; from is 1; expected epoch milliseconds",
        "bots|u; {\"from\": 1.5}; expected epoch milliseconds",
        "bots|u; {\"until\": -1}; until is -1",
        "bots|u; {\"until\": 99999999999999999999}; expected epoch milliseconds",
        "bots|u; {\"form\": 1}; unknown field \"form\"",
        "bots|u; {\"from\": 5, \"until\": 5}; not after from",
      })
  void whatIsNoRule_isToldInWords(String key, String value, String told) {
    assertThatThrownBy(() -> decode(key, value))
        .isInstanceOf(MalformedRuleException.class)
        .hasMessageContaining(told);
  }

  @Test
  void valueThatNoListCanHave_isRefused() {
    assertThatThrownBy(() -> RuleRecord.key("bots", "")).hasMessageContaining("empty");
    assertThatThrownBy(() -> RuleRecord.key("bots", "\ud800")).hasMessageContaining("surrogate");
    assertThatThrownBy(() -> RuleRecord.key("bots", "x".repeat(2_048)))
        .hasMessageContaining("longer than any key");
  }
}
