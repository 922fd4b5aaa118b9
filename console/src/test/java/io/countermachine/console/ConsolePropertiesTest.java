package io.countermachine.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsolePropertiesTest {
  private static ConsoleProperties of(String servers, String flink, String metrics) {
    return new ConsoleProperties(
        "http://service:8080/",
        "",
        "",
        List.of(),
        false,
        false,
        servers,
        "events",
        flink,
        List.of(metrics));
  }

  private static ConsoleProperties ofService(String url, String publicUrl, String... names) {
    return new ConsoleProperties(
        url, publicUrl, "a-key", List.of(names), false, false, "", "events", "", List.of());
  }

  @Test
  void addresses_areTaken() {
    ConsoleProperties properties =
        of("kafka-1:9092, [::1]:9093", "https://flink.example.com/ui/", "http://job:9249/metrics");
    assertThat(properties.knowsBroker()).isTrue();
    assertThat(properties.flink("/jobs/overview"))
        .hasToString("https://flink.example.com/ui/jobs/overview");
    assertThat(of("", "", "http://job:9249").knowsJob()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"localhost:8081", "http://", "http:///x", "ftp://a/b", "http://a b", "http://a?b"})
  void flinkUrl_thatIsNoAddress_isTold(String url) {
    assertThatThrownBy(() -> of("", url, "http://job"))
        .hasMessage(
            "counter-machine.console.flink-url has \"" + url + "\"; expected http://HOST:PORT");
  }

  @Test
  void otherAddresses_areToldByTheirSetting() {
    assertThatThrownBy(() -> of("", "", "job:9249/metrics"))
        .hasMessageContaining("counter-machine.console.job-metrics-url has \"job:9249/metrics\"");
    assertThatThrownBy(() -> of("kafka", "", "http://job"))
        .hasMessageContaining("counter-machine.console.bootstrap-servers has \"kafka\"");
    assertThatThrownBy(() -> of("kafka:9092,", "", "http://job"))
        .hasMessageContaining("expected HOST:PORT");
    assertThatThrownBy(() -> ofService("service:8080", ""))
        .hasMessageContaining("counter-machine.console.service-url has \"service:8080\"");
    assertThatThrownBy(() -> ofService("http://service:8080", "localhost"))
        .hasMessageContaining("counter-machine.console.public-service-url has \"localhost\"");
  }

  @Test
  void publicServiceUrl_isTheConsolesOwn_unlessItIsSet() {
    assertThat(ofService("http://service:8080/", "").publicServiceUrl())
        .isEqualTo("http://service:8080");
    ConsoleProperties properties = ofService("http://service:8080", "https://api.example.com/");
    assertThat(properties.publicServiceUrl()).isEqualTo("https://api.example.com");
    assertThat(properties.service("/v1/catalog")).hasToString("http://service:8080/v1/catalog");
  }

  @Test
  void hostNames_areInSmallLetters_andTheKeyIsInNoText() {
    ConsoleProperties properties = ofService("http://service:8080", "", " Console.Example.com");
    assertThat(properties.hostNames()).containsExactly("console.example.com");
    assertThat(properties).asString().doesNotContain("a-key");
  }
}
