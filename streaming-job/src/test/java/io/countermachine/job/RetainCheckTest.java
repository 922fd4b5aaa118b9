package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetainCheckTest {
  private static final Catalog MINUTE =
      CatalogLoader.parse(
          "retain.yaml",
          """
          timestamps: {unit: milliseconds}
          events: {like: {}}
          groups:
            user: {key: [userId], counts: [like], intervals: [lifetime]}
            post: {key: [postId], counts: [like], intervals: [1h], retain: 60s}
          """);

  @Test
  void retainBelowTwoFlushes_isRefused_andSaysWhatWouldBeRight() {
    assertThatThrownBy(() -> RetainCheck.require(MINUTE, Duration.ofSeconds(31)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("group post")
        .hasMessageContaining("--flush-interval is 31s")
        .hasMessageContaining("at least 62s");
  }

  @Test
  void retainOfTwoFlushes_isAccepted() {
    assertThatCode(() -> RetainCheck.require(MINUTE, Duration.ofSeconds(30)))
        .doesNotThrowAnyException();
  }
}
