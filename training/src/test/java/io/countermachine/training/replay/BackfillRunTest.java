package io.countermachine.training.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Group;
import io.countermachine.deadletters.Reason;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.counting.HistoryCut;
import io.countermachine.job.counting.KeyedCounters;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sums of files, only for new measures. The expected values were calculated by hand. */
class BackfillRunTest {
  private static final long T = 1_700_000_000_000L;
  private static final long CUT = T + 50_000;

  private static final CatalogText CATALOG =
      new CatalogText(
          "history.yaml",
          """
          timestamps: {unit: milliseconds, maxAhead: 1m}
          deduplicate: {field: eventId, within: 1h}
          events: {view: {}, like: {}, timespent: {value: durationMs}}
          intervals: [1h, lifetime]
          groups:
            user: {key: [userId], counts: [view, like], sums: [timespent]}
            post: {key: [postId], counts: [view], uniques: {viewers: {of: view, by: userId, error: 7%}}}
          """);

  @TempDir private Path folder;

  private Path events(String... lines) throws IOException {
    Files.write(folder.resolve("a.jsonl"), List.of(lines).subList(0, 3));
    Files.write(folder.resolve("b.jsonl"), List.of(lines).subList(3, lines.length));
    return folder;
  }

  private static String event(String name, long time, long came, String user, int id) {
    return "{\"eventName\":\"%s\",\"eventTs\":%d,\"came\":%d,\"userId\":\"%s\",\"postId\":\"p\",\"eventId\":\"%d\",\"durationMs\":40}"
        .formatted(name, time, came, user, id);
  }

  private static Schema schema(String group, String... added) {
    Group of = CATALOG.catalog().group(group).orElseThrow();
    Map<String, Long> since = new HashMap<>();
    List.of(added).forEach(name -> since.put(name, CUT));
    return new HistoryCut("sums", Map.of(group, since)).added(of).orElseThrow();
  }

  @Test
  void sums_areOfWhatCameBeforeTheCut_andOfWhatIsNew() throws Exception {
    Path files =
        events(
            event("view", T, T, "u", 1),
            event("view", T + 10, T + 10, "v", 2),
            // A duplicate and a late event: counted once, and counted.
            event("view", T, T + 20, "u", 1),
            event("like", T - 86_400_000, CUT - 1, "u", 3),
            event("timespent", T + 5, T + 30, "u", 4),
            event("timespent", T + 6, T + 31, "u", 5),
            // Counted by the running job.
            event("view", T + 10, CUT, "u", 6),
            "no event");
    Schema user = schema("user", "like.lifetime", "timespent.lifetime");
    Schema post = schema("post", "view.lifetime", "viewers.lifetime");
    BackfillRun run =
        BackfillRun.start(
            CATALOG,
            List.of(user, post),
            CUT,
            Optional.empty(),
            EventFiles.of(files.toString(), "came"),
            2);
    Map<String, Counters> sums = new HashMap<>();
    while (run.sums().hasNext()) {
      KeyedCounters sum = run.sums().next();
      assertThat(sums.put(sum.counters().schema().name() + " " + sum.key(), sum.counters()))
          .isNull();
    }
    BackfillRun.Progress result = run.result();

    // User v has no new measures.
    assertThat(sums).containsOnlyKeys("user u", "post p");
    Counters ofUser = sums.get("user u");
    assertThat(ofUser.schema()).isEqualTo(user);
    assertThat(ofUser.stored(0, 0)).isEqualTo(1);
    assertThat(ofUser.stored(1, 0)).isEqualTo(80);
    Counters ofPost = sums.get("post p");
    assertThat(ofPost.stored(0, 0)).isEqualTo(2);
    assertThat(ofPost.lastUpdateMillis()).isEqualTo(T + 10);
    assertThat(ofPost.happened(1)).isTrue();
    assertThat(result.events()).isEqualTo(8);
    assertThat(result.sums()).isEqualTo(2);
    assertThat(result.deadLetters()).isEqualTo(Map.of(Reason.MALFORMED, 1L));
  }
}
