package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.CountingTypes;
import io.countermachine.job.counting.HistoryCut;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.job.ingest.EventTime;
import io.countermachine.job.ingest.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.runtime.jobgraph.JobVertex;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.junit.jupiter.api.Test;

/** The job's graph, as Flink would run it. */
class CounterWorkflowTest {
  private static final String PLAIN =
      """
      events: {view: {}, like: {}}
      groups: {user: {key: [userId], counts: [view]}}
      """;

  private static final String VERBS =
      """
      events:
        view: {}
        like: {}
        first: {of: view, once: [userId], within: 1h}
        visit: {session: [view], by: [userId], gap: 30m}
      groups: {user: {key: [userId], counts: [view, first, visit]}}
      """;

  private static List<String> vertices(String catalog) {
    return vertices(catalog, false);
  }

  @SuppressWarnings("deprecation") // Nothing newer takes a type.
  private static List<String> vertices(String catalog, boolean withHistory) {
    Configuration settings = new Configuration();
    settings.set(PipelineOptions.GENERIC_TYPES, false);
    settings.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    settings.set(PipelineOptions.OBJECT_REUSE, true);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(settings);
    env.setParallelism(2);
    CatalogText text = new CatalogText("c.yaml", catalog);
    Duration second = Duration.ofSeconds(1);
    CounterWorkflow.define(
        env.fromCollection(List.<SourceRecord>of(), TypeInformation.of(SourceRecord.class))
            .uid("source")
            .assignTimestampsAndWatermarks(EventTime.watermarks(text))
            .uid("time"),
        text,
        new CounterWorkflow.Tuning(second, second, second, 1_000, 1, Long.MAX_VALUE),
        Optional.empty(),
        Optional.empty(),
        withHistory ? Optional.of(history(env, text)) : Optional.empty(),
        emitted -> emitted.sinkTo(new DiscardingSink<>()).uid(CounterWorkflow.EMIT).name("emit"),
        items -> items.sinkTo(new DiscardingSink<>()).uid("items").name("items"),
        letters -> letters.sinkTo(new DiscardingSink<>()).uid("letters").name("letters"));
    return StreamSupport.stream(
            env.getStreamGraph().getJobGraph().getVertices().spliterator(), false)
        .map(JobVertex::getName)
        .toList();
  }

  @SuppressWarnings("deprecation") // Nothing newer takes a type.
  private static CounterWorkflow.History history(StreamExecutionEnvironment env, CatalogText text) {
    return new CounterWorkflow.History(
        env.fromCollection(List.<KeyedCounters>of(), CountingTypes.keyedCounters(text.catalog()))
            .uid("history")
            .name("history"),
        HistoryCut.none("sums"));
  }

  @Test
  void history_joinsAtTheShuffle_andRecordsStayInTheirChain() {
    assertThat(vertices(PLAIN, true))
        .anyMatch(name -> name.contains("decode") && name.contains("pre-aggregate"))
        .anyMatch(name -> name.contains("history") && !name.contains("count"));
    assertThat(vertices(PLAIN, true).size()).isEqualTo(vertices(PLAIN).size() + 1);
  }

  @Test
  void catalogWithoutVerbs_hasNoStageOfThem() {
    assertThat(vertices(PLAIN))
        .noneMatch(name -> name.contains("derive") || name.contains("route"));
  }

  @Test
  void recordsStayInOneChain_besideTheVerbs() {
    List<String> vertices = vertices(VERBS);
    assertThat(vertices)
        .anyMatch(
            name ->
                name.contains("decode") && name.contains("pre-aggregate") && name.contains("route"))
        .anyMatch(name -> name.startsWith("derive") && name.contains("pre-aggregate-derived"))
        .noneMatch(name -> name.contains("emit"));
  }

  /** The series get separate sums, so that records stay in their operator chain. */
  @Test
  void series_haveAStageOfTheirOwn_andOneSinkWithSessions() {
    String series =
        "windows: {each_1m: {emit: {series: minutes}}}\n"
            + VERBS
                .replace("gap: 30m", "gap: 30m, emit: sessions")
                .replace("visit]}", "visit], intervals: [each_1m]}");
    List<String> vertices = vertices(series);
    assertThat(vertices)
        .anyMatch(
            name ->
                name.contains("decode")
                    && name.contains("pre-aggregate")
                    && name.contains("series-sums"))
        .anyMatch(name -> name.startsWith("derive") && name.contains("series-sums-derived"));
    assertThat(vertices.stream().filter(name -> name.startsWith("series"))).hasSize(1);
    assertThat(vertices.stream().filter(name -> name.contains("emit: Writer"))).hasSize(1);
    assertThat(vertices(VERBS)).noneMatch(name -> name.contains("series"));
  }

  @Test
  void sessionsThatGoToATopic_haveASink() {
    assertThat(vertices(VERBS.replace("gap: 30m", "gap: 30m, emit: sessions")))
        .anyMatch(name -> name.startsWith("derive") && name.contains("emit"));
  }
}
