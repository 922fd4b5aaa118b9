package io.countermachine.job;

import static io.countermachine.job.JobCase.LIMIT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.TopicReader;
import io.countermachine.rules.RuleRecord;
import io.countermachine.rules.RulesTopic;
import io.countermachine.rules.RulesWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules in a real topic, and the job as its main method runs it. */
class RulesIT {
  private static final int FILLING = 20_000;
  private static final String RULED =
      "rules: {topic: %s.rules, lists: {bots: userId}}\nevents: {like: {unless: bots}}\n";
  private static final long PANE_MILLIS = 10_000;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PLAIN = "events: {like: {}}\n";

  @TempDir private Path folder;
  private JobCase own;

  @BeforeEach
  void newCase() {
    own = JobCase.create("ruled", folder);
    SharedParts.broker().createTopic(own.name() + ".rules", 1, RulesTopic.settings());
  }

  private RunningJob start(String rules, String... flags) throws IOException {
    return startWith("[lifetime]", rules, flags);
  }

  private RunningJob startWith(String intervals, String rules, String... flags) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--confirm-after",
                "100ms",
                "-Dexecution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
                "-Dexecution.checkpointing.savepoint-dir=" + own.savepoints().toUri()));
    arguments.addAll(List.of(flags));
    return own.start(
        rules.formatted(own.name())
            + """
            timestamps: {unit: milliseconds}
            groups:
              user: {key: [userId], counts: [like], intervals: %1$s}
              pair: {key: [userId, postId], counts: [like], intervals: %1$s}
            """
                .formatted(intervals),
        arguments.toArray(String[]::new));
  }

  private void likes(String... users) {
    own.send(
        Stream.of(users)
            .map(
                "{\"eventName\":\"like\",\"userId\":\"%s\",\"postId\":\"p\",\"eventTs\":1707605599000}"
                    ::formatted)
            .toArray(String[]::new));
  }

  private void like(String user, long instant) {
    own.send(
        "{\"eventName\":\"like\",\"userId\":\"%s\",\"postId\":\"p\",\"eventTs\":%d}"
            .formatted(user, instant));
  }

  private RulesWriter rules() {
    return new RulesWriter(
        TopicReader.client(SharedParts.broker().bootstrapServers()), own.name() + ".rules");
  }

  private void block(String user) throws RulesWriter.WriteException {
    try (RulesWriter writer = rules()) {
      writer.write(RuleRecord.key("bots", user), RuleRecord.value(0, RuleRecord.FOR_EVER));
    }
  }

  private void lift(String user) throws RulesWriter.WriteException {
    try (RulesWriter writer = rules()) {
      writer.write(RuleRecord.key("bots", user), null);
    }
  }

  private Map<String, Double> values() {
    return own.values("like", "lifetime");
  }

  /**
   * Waits for the likes of every key: the groups of an event are written by different subtasks, so
   * one item may come before the other.
   */
  private void await(Map<String, Double> likes) {
    try {
      Await.until("the likes " + likes, LIMIT, () -> values().equals(likes));
    } catch (IllegalStateException e) {
      assertThat(values()).isEqualTo(likes);
    }
  }

  /** Blocked events are visible only in a metric. */
  private static void awaitBlocked(RunningJob job, int events) {
    Await.until(
        events + " blocked events",
        LIMIT,
        () -> job.operatorMetric("list.bots.blockedEvents") == events);
  }

  private static void awaitRules(RunningJob job, int rules) {
    Await.until(
        rules + " rules", LIMIT, () -> job.largestOperatorMetric("list.bots.rules") == rules);
  }

  @Test
  void topic_isReadToItsEnd_beforeTheFirstEventIsDecided() throws Exception {
    try (RulesWriter writer = rules()) {
      Future<RecordMetadata> sent = null;
      for (int i = 0; i < FILLING; i++) {
        sent = writer.send(RuleRecord.key("bots", "filling" + i), RuleRecord.value(0, 1));
      }
      writer.await(sent);
      writer.write(RuleRecord.key("bots", "bot"), RuleRecord.value(0, RuleRecord.FOR_EVER));
    }
    likes("bot", "u1", "bot", "u2");
    try (RunningJob job = start(RULED)) {
      await(Map.of("u1", 1.0, "u1|p", 1.0, "u2", 1.0, "u2|p", 1.0));
      awaitBlocked(job, 2);
      awaitRules(job, FILLING + 1);
      assertThat(job.jobMetric("numRestarts")).isZero();

      block("u1");
      awaitRules(job, FILLING + 2);
      likes("u1", "u2");
      awaitBlocked(job, 3);
      await(Map.of("u1", 1.0, "u1|p", 1.0, "u2", 2.0, "u2|p", 2.0));
    }
  }

  /** Events that were blocked before a lift are blocked when they are read again after it. */
  @Test
  void replayAfterALift_givesTheSameAnswer() throws Exception {
    block("bot");
    String savepoint;
    try (RunningJob job = start(RULED)) {
      likes("u1");
      await(Map.of("u1", 1.0, "u1|p", 1.0));
      savepoint = own.stop(job);
    }
    try (RunningJob job = start(RULED)) {
      likes("bot", "bot", "u1");
      await(Map.of("u1", 2.0, "u1|p", 2.0));
      awaitRules(job, 1);
      lift("bot");
      awaitRules(job, 0);
    }
    long lifted = System.currentTimeMillis();
    try (RunningJob job = start(RULED, savepoint)) {
      likes("u2");
      await(Map.of("u1", 2.0, "u1|p", 2.0, "u2", 1.0, "u2|p", 1.0));
      awaitBlocked(job, 2);

      Await.until("the end of the rule", LIMIT, () -> System.currentTimeMillis() > lifted + 10_000);
      likes("bot");
      await(Map.of("u1", 2.0, "u1|p", 2.0, "u2", 1.0, "u2|p", 1.0, "bot", 1.0, "bot|p", 1.0));
    }
  }

  @Test
  void rules_comeAndGo_withASavepoint() throws Exception {
    block("bot");
    try (RunningJob job = start(PLAIN)) {
      likes("bot");
      await(Map.of("bot", 1.0, "bot|p", 1.0));
      own.stop(job);
    }
    try (RunningJob job = start(RULED)) {
      likes("bot", "u1");
      await(Map.of("bot", 1.0, "bot|p", 1.0, "u1", 1.0, "u1|p", 1.0));
      awaitBlocked(job, 1);
      own.stop(job);
    }
    try (RunningJob job = start(PLAIN)) {
      likes("bot");
      await(Map.of("bot", 2.0, "bot|p", 2.0, "u1", 1.0, "u1|p", 1.0));
      assertThat(job.jobMetric("numRestarts")).isZero();
    }
  }

  /** The panes of a user in the topic, with revisions and likes. */
  private List<String> panes(String user) {
    List<String> panes = new ArrayList<>();
    TopicReader.forEach(
        TopicReader.client(SharedParts.broker().bootstrapServers()),
        own.name() + ".panes",
        record -> {
          JsonNode pane = json(record.value());
          if (pane.path("userId").asText().equals(user)) {
            panes.add(
                "%s %d, revision %d: %s"
                    .formatted(
                        pane.path("group").asText(),
                        pane.path("start").asLong(),
                        pane.path("revision").asInt(),
                        pane.at("/counts/like")));
          }
        });
    panes.sort(Comparator.naturalOrder());
    return panes;
  }

  private static JsonNode json(byte[] text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long pane(long instant) {
    return instant / PANE_MILLIS * PANE_MILLIS;
  }

  /** Event time follows the newest event, and so passes the ends of panes. */
  private void awaitPanes(String user, List<String> panes) {
    Await.until(
        "%s of %s".formatted(panes, user),
        LIMIT,
        () -> {
          like("clock", System.currentTimeMillis());
          return panes(user).size() >= panes.size();
        });
    assertThat(panes(user)).isEqualTo(panes);
  }

  /**
   * Like an item, a pane in the series topic starts from zero with the user's events after the
   * request.
   */
  @Test
  void forgottenUser_leavesItemsAndSeries_andBeginsAnew() throws Exception {
    String series =
        RULED + "windows: {each_10s: {keep: 1h, emit: {series: %s.panes}}}\n".formatted(own.name());
    try (RunningJob job = startWith("[lifetime, each_10s]", series)) {
      long before = System.currentTimeMillis() - 60_000;
      like("u1", before);
      like("u2", before);
      List<String> first =
          List.of(
              "pair %d, revision 0: 1".formatted(pane(before)),
              "user %d, revision 0: 1".formatted(pane(before)));
      awaitPanes("u1", first);
      awaitPanes("u2", first);
      try (RulesWriter writer = rules()) {
        writer.write(RuleRecord.forgetKey("userId", "u1"), "{}".getBytes(UTF_8));
      }
      // The user, and the pair with the post, by counting and by the series.
      Await.until("the removal of the keys", LIMIT, () -> job.operatorMetric("forgottenKeys") == 4);
      Await.until(
          "the removal of the items",
          LIMIT,
          () -> !values().containsKey("u1") && !values().containsKey("u1|p"));
      assertThat(values()).containsEntry("u2", 1.0).containsEntry("u2|p", 1.0);

      long after = System.currentTimeMillis() + RuleRecord.NOTICE_MILLIS;
      like("u1", before + 1);
      like("u1", after);
      Await.until(
          "the later like",
          LIMIT,
          () -> values().containsKey("u1") && values().containsKey("u1|p"));
      assertThat(values()).containsEntry("u1", 1.0).containsEntry("u1|p", 1.0);
      awaitPanes(
          "u1",
          List.of(
              first.get(0),
              "pair %d, revision 0: 1".formatted(pane(after)),
              first.get(1),
              "user %d, revision 0: 1".formatted(pane(after))));
      awaitPanes("u2", first);
    }
  }
}
