package io.countermachine.service.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Import;

class ThreadsCheckTest {
  private static AdmissionProperties admission(boolean enabled, int maxLimit) {
    Duration any = Duration.ofMillis(1);
    return new AdmissionProperties(enabled, 1, 1, maxLimit, any, any, any);
  }

  /** The settings that are read at the start. */
  @EnableConfigurationProperties(AdmissionProperties.class)
  @Import(ThreadsCheck.class)
  private static final class Settings {}

  @Test
  void places_mustBeFewerThanThreads() {
    assertThatCode(() -> new ThreadsCheck(admission(true, 199), 200, false))
        .doesNotThrowAnyException();
    for (int threads : new int[] {100, 150}) {
      assertThatThrownBy(() -> new ThreadsCheck(admission(true, 150), threads, false))
          .hasMessage(
              "counter-machine.admission.max-limit is 150; expected less than server.tomcat.threads.max, which is "
                  + threads);
    }
  }

  @Test
  void threads_doNotMatter_whereNobodyIsTurnedAway_orThereIsOnePerRequest() {
    assertThatCode(() -> new ThreadsCheck(admission(false, 150), 100, false))
        .doesNotThrowAnyException();
    assertThatCode(() -> new ThreadsCheck(admission(true, 150), 100, true))
        .doesNotThrowAnyException();
  }

  @Test
  void start_isRefused_byTheSettings() {
    ApplicationContextRunner start =
        new ApplicationContextRunner().withUserConfiguration(Settings.class);
    start.run(context -> assertThat(context).hasNotFailed());
    start
        .withPropertyValues("server.tomcat.threads.max=150")
        .run(
            context ->
                assertThat(context.getStartupFailure())
                    .rootCause()
                    .hasMessageContaining("server.tomcat.threads.max, which is 150"));
  }
}
