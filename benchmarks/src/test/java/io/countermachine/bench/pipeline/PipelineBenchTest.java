package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.bench.Bench;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.ParameterException;

class PipelineBenchTest {
  private static PipelineBench parse(String... options) {
    return Bench.parse(new PipelineBench(), options);
  }

  @Test
  void smoke_isOfTheNamedContendersAndCatalogs() {
    PipelineBench bench = parse("--smoke", "--only", "heap,limit", "--catalog", "six-groups");

    assertThat(bench.isSmoke()).isTrue();
    assertThat(bench.contenders()).containsExactly(Contender.LIMIT, Contender.HEAP);
    assertThat(bench.catalogs()).containsExactly(PipelineBench.Catalogs.SIX_GROUPS);
    assertThat(bench.runs()).isEqualTo(1);
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
            assertThatThrownBy(() -> parse(arguments.toArray(String[]::new)))
                .isInstanceOf(ParameterException.class)
                .hasMessage(
                    "--smoke cannot be combined with %s; it can be combined only with --catalog and --only",
                    option);
          }
        });
  }

  @Test
  void fullSize_isAsTheOptionsSay() {
    PipelineBench bench =
        parse("--events", "5000", "--runs", "5", "--job", " -Xmx1g  --start latest ");

    assertThat(bench.isSmoke()).isFalse();
    assertThat(bench.contenders()).containsExactly(Contender.values());
    assertThat(bench.catalogs()).hasSize(2);
    assertThat(bench.runs()).isEqualTo(5);
    assertThat(bench.events()).isEqualTo(5_000);
    assertThat(bench.flags(List.of()))
        .containsExactly("--confirm-after", "1ms", "-Xmx1g", "--start", "latest");
  }

  @Test
  void contender_isRefused_whenThereIsNoSuch() {
    assertThatThrownBy(() -> parse("--only", "heap,best"))
        .isInstanceOf(ParameterException.class)
        .hasMessageContaining("best")
        .hasMessageContaining("ROCKSDB");
  }
}
