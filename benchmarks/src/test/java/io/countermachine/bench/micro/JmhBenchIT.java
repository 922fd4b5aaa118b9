package io.countermachine.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.bench.Bench;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.store.dynamodb.BatchGetResponseReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs all microbenchmarks in their smoke size, so that they keep working. It asserts no speed. */
class JmhBenchIT {
  @TempDir private Path folder;

  private final List<String> said = new ArrayList<>();

  private JsonNode run(JmhBench bench, String file) throws Exception {
    bench.setProgress(said::add);
    Bench.parse(bench, "--smoke").run(folder, folder.resolve("results"));
    assertThat(said).anyMatch(line -> line.startsWith("a smoke run"));
    return new ObjectMapper().readTree(folder.resolve("results/" + file).toFile());
  }

  @Test
  void everyBenchmark_runs_andIsInTheReport() throws Exception {
    JsonNode report = run(new DecayBench(), "decay.json");

    assertThat(report.findValuesAsText("benchmark"))
        .containsExactlyInAnyOrder(
            "AdditionBenchmark.ours",
            "AdditionBenchmark.algebird",
            "EventBenchmark.ours",
            "EventBenchmark.oursWithParser",
            "EventBenchmark.objectMapper",
            "DoubleBenchmark.ours",
            "DoubleBenchmark.jdk",
            "UniquesBenchmark.add",
            "UniquesBenchmark.merge",
            "UniquesBenchmark.estimate");
    for (JsonNode benchmark : report) {
      assertThat(benchmark.path("nanos").asDouble()).isPositive();
    }
  }

  @Test
  void answers_areMeasuredInBothForms_andAreSmallerInColumns() throws Exception {
    JsonNode forms = run(new AnswersBench(), "answers.json").path("forms");

    for (JsonNode form : forms) {
      assertThat(form.path("encodeNanos").asDouble()).isPositive();
      assertThat(form.path("decodeNanos").asDouble()).isPositive();
    }
    // The sample has 6,554 different numbers out of 10,000, most of them with 17 digits.
    assertThat(forms.path("protobuf").path("bytes").asInt()).isBetween(6_000 * 8, 8_000 * 8);
    assertThat(forms.path("json").path("bytes").asInt()).isBetween(100_000, 200_000);
  }

  @Test
  void bothForms_giveAClientTheSameNumbers() throws Exception {
    AnswerBenchmark benchmark = new AnswerBenchmark();
    assertThat(benchmark.decodeProtobuf()).isDeepEqualTo(benchmark.decodeJson());
  }

  @Test
  void jacksonsReading_givesWhatOursGives() {
    ReadResult[] theirs = new JacksonItemBenchmark().readBatchByJackson();
    byte[] body = Samples.batch(ItemFormat.PACKED);
    ReadResult[] ours =
        new BatchGetResponseReader("Counters", Samples.CATALOG)
            .read(body, body.length, Samples.POSTS, 0);
    assertThat(theirs).hasSameSizeAs(ours);
    for (int i = 0; i < ours.length; i++) {
      assertThat(theirs[i].item().expiresAtSeconds()).isEqualTo(ours[i].item().expiresAtSeconds());
      assertThat(theirs[i].item().values().numbers(0))
          .isEqualTo(ours[i].item().values().numbers(0));
    }
  }

  @Test
  void items_areMeasuredInBothForms() throws Exception {
    JsonNode report = run(new ItemsBench(), "items.json");

    for (String form : List.of("readable", "packed")) {
      assertThat(report.path(form).path("readNanos").asDouble()).isPositive();
      assertThat(report.path(form).path("encodeNanos").asDouble()).isPositive();
    }
    assertThat(report.path("packedByJackson").path("readNanos").asDouble()).isPositive();
    assertThat(report.path("packed").path("storedBytes").asInt())
        .isPositive()
        .isLessThan(report.path("readable").path("storedBytes").asInt());
  }
}
