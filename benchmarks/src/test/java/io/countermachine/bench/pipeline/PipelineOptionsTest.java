package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.UsageException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PipelineOptionsTest {
  @Test
  void smoke_isOfTheNamedContendersAndCatalogs() {
    PipelineOptions options =
        PipelineOptions.parse("--smoke", "--only", "limit,heap", "--catalog", "tutorial");

    assertThat(options.smoke()).isTrue();
    assertThat(options.contenders()).containsExactly(Contender.LIMIT, Contender.HEAP);
    assertThat(options.catalogs()).containsExactly(PipelineCatalog.TUTORIAL);
  }

  @Test
  void smoke_isRefused_besideWhatItWouldIgnore() {
    Map<String, String> ignored =
        Map.of(
            "--events", "5000",
            "--keys", "10",
            "--skew", "1",
            "--runs", "2",
            "--delay", "0",
            "--load", "0.3",
            "--job", "-Xmx1g");
    ignored.forEach(
        (option, value) -> {
          for (List<String> arguments :
              List.of(List.of("--smoke", option, value), List.of(option, value, "--smoke"))) {
            assertThatThrownBy(() -> PipelineOptions.parse(arguments.toArray(String[]::new)))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                    "--smoke cannot be combined with %s; beside it go only --only and --catalog",
                    option);
          }
        });
  }

  @Test
  void fullSize_isAsTheOptionsSay() {
    PipelineOptions options =
        PipelineOptions.parse(
            "--events", "5000", "--runs", "5", "--job", " -Xmx1g  --start latest ");

    assertThat(options.smoke()).isFalse();
    assertThat(options.runs()).isEqualTo(5);
    assertThat(options.events()).isEqualTo(5_000);
    assertThat(options.jobFlags()).containsExactly("-Xmx1g", "--start", "latest");
  }
}
