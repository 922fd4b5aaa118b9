package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.item.CatalogItem;
import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HistoryCutTest {
  private static final long NOW = 9_000;

  private static final Catalog CATALOG =
      new CatalogText(
              "cut.yaml",
              """
              events:
                view: {}
                like: {}
                unlike: {undoes: like, by: [userId], within: 30d}
              intervals: [1h, 1d]
              groups:
                user:
                  key: [userId]
                  counts: [view, like]
                  lists: {recent: {of: view, fields: [postId], keep: 5}}
                  intervals: [1h, 1d, session_30m]
                post: {key: [postId], counts: [view], intervals: [1h]}
                site: {key: [], counts: [view], intervals: [1h]}
              """)
          .catalog();

  /**
   * The site is counted from the start, views of users also but only at 1h, the list since 5,000.
   */
  private static final CatalogItem ITEM =
      new CatalogItem(
          "hash",
          "id",
          1,
          NOW,
          Map.of("user", Map.of("*", 1_000L, "recent", 5_000L), "site", Map.of("*", 1_000L)),
          Map.of(
              "user", Map.of("view", List.of("1h"), "recent", List.of("")),
              "site", Map.of("view", List.of("1h"))),
          Optional.empty(),
          Optional.empty(),
          0,
          Optional.empty());

  private static final HistoryCut CUT = HistoryCut.of("sums", CATALOG, ITEM, NOW);

  private static Group group(String name) {
    return CATALOG.group(name).orElseThrow();
  }

  private static List<String> names(Optional<Schema> schema) {
    return schema.stream()
        .flatMap(of -> of.measures().stream())
        .flatMap(
            measure ->
                CatalogItem.labels(measure.intervals()).stream()
                    .map(label -> CatalogItem.name(measure.name(), label)))
        .toList();
  }

  @Test
  void new_isWhatTheJobDidNotCount_andWhatItCountsSinceLaterThanItsStart() {
    assertThat(CUT.since())
        .isEqualTo(
            Map.of(
                "user", Map.of("view.1d", NOW, "recent", 5_000L), "post", Map.of("view.1h", NOW)));
    assertThat(names(CUT.added(group("user")))).containsExactly("view.1d", "recent");
    assertThat(names(CUT.added(group("post")))).containsExactly("view.1h");
    assertThat(CUT.added(group("site"))).isEmpty();
  }

  /**
   * Likes may be retracted, and sessions are complete after the next one anyway, so these are never
   * cut.
   */
  @Test
  void whatCannotBeHandedOver_isCountedInFull_withTheReason() {
    Group user = group("user");
    int like = user.schema().measureIndex("like");
    int view = user.schema().measureIndex("view");
    assertThat(HistoryCut.refusal(user, like, "1h", CATALOG).orElseThrow()).contains("verb");
    assertThat(HistoryCut.refusal(user, view, "session_30m", CATALOG).orElseThrow())
        .contains("session");
    assertThat(HistoryCut.refusal(user, view, "1d", CATALOG)).isEmpty();
    assertThat(CUT.since(user, like, "1h")).isEqualTo(HistoryCut.NOT_CUT);
  }

  @Test
  void record_isCountedByWhatThereWasWhenItCame() {
    Group user = group("user");
    assertThat(CUT.instants(user)).containsExactly(5_000, NOW);
    List<String> always =
        List.of("view.1h", "view.session_30m", "like.1h", "like.1d", "like.session_30m");
    assertThat(names(CUT.counting(user, 4_999))).containsExactlyElementsOf(always);
    assertThat(names(CUT.counting(user, 5_000))).contains("recent").doesNotContain("view.1d");
    assertThat(CUT.counting(user, NOW)).contains(user.schema());
    assertThat(CUT.counting(group("post"), NOW - 1)).isEmpty();
    assertThat(CUT.counting(group("site"), 0)).contains(group("site").schema());
  }

  @Test
  void jobOfAnEarlierRelease_orOfEmptyState_cutsNothing() {
    CatalogItem silent =
        new CatalogItem("", "", 1, 0, Map.of(), Optional.empty(), Optional.empty(), 0);
    assertThat(HistoryCut.of("sums", CATALOG, silent, NOW).since()).isEmpty();
    assertThat(HistoryCut.none("sums").added(group("post"))).isEmpty();
  }

  @Test
  void schemaOfSome_hasTheirIntervalsAlone() {
    Schema added = CUT.added(group("user")).orElseThrow();
    assertThat(added.intervals()).extracting(Interval::label).containsExactly("1d");
    assertThat(added.measures()).extracting(Measure::name).containsExactly("view", "recent");
    assertThat(added.keyFields()).containsExactly("userId");
  }
}
