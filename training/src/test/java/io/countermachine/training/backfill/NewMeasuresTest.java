package io.countermachine.training.backfill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CatalogItem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class NewMeasuresTest {
  private static final long FIRST = 1_707_605_599_000L;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "new.yaml",
          """
          events:
            view: {}
            like: {}
            unlike: {undoes: like, by: [userId, postId], within: 30d}
          intervals: [1h, 1d]
          groups:
            user: {key: [userId], counts: [view, like]}
            post: {key: [postId], counts: [view]}
            pair: {key: [userId, postId], counts: [like]}
          """);

  /**
   * Views of users are as old as the job, except for the interval of a day. Everything else was
   * added in two changes.
   */
  private static final CatalogItem ITEM =
      new CatalogItem(
          "hash",
          "id",
          1,
          FIRST + 9_000,
          Map.of(
              "user",
              Map.of(
                  "*", FIRST, "view.1d", FIRST + 2_000, "like.1h", FIRST + 1, "like.1d", FIRST + 1),
              "post",
              Map.of("*", FIRST + 2_000, "view.1h", FIRST + 1_000),
              "pair",
              Map.of("*", FIRST + 2_000)),
          Optional.empty(),
          Optional.empty(),
          0);

  private static NewMeasures.Found found(CatalogItem item, String... groups) {
    List<Group> named = Stream.of(groups).map(name -> CATALOG.group(name).orElseThrow()).toList();
    return NewMeasures.of(named, CATALOG, item);
  }

  @Test
  void whatCameAtTwoInstants_isTwoParts() {
    List<NewMeasures> added = found(ITEM, "post").added();
    assertThat(added).extracting(NewMeasures::group).containsOnly("post");
    assertThat(added)
        .extracting(NewMeasures::sinceMillis)
        .containsExactly(FIRST + 1_000, FIRST + 2_000);
    assertThat(added.get(0).names()).containsExactly("view.1h");
    assertThat(added.get(1).names()).containsExactly("view.1d");
  }

  @Test
  void whatCanBeTakenBack_isLeftOut_withTheReason() {
    NewMeasures.Found found = found(ITEM, "user");
    assertThat(found.added()).hasSize(1);
    assertThat(found.added().get(0).names()).containsExactly("view.1d");
    assertThat(found.leftOut())
        .hasSize(2)
        .allMatch(each -> each.contains("an event that a verb creates or takes back"))
        .anyMatch(each -> each.startsWith("user.like.1h: "));
  }

  @Test
  void groupWithNothingElse_isRefused() {
    assertThatThrownBy(() -> found(ITEM, "post", "pair"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("group pair has nothing new that can be backfilled")
        .hasMessageContaining("pair.like.1d: it counts an event that a verb");
  }

  @Test
  void groupAsOldAsTheJob_isRefused() {
    CatalogItem first =
        new CatalogItem(
            "hash",
            "id",
            1,
            FIRST,
            Map.of("user", Map.of("*", FIRST), "post", Map.of("*", FIRST)),
            Optional.empty(),
            Optional.empty(),
            0);
    assertThatThrownBy(() -> found(first, "post"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "group post has nothing new: the job counts all of it since its own start, at 2024-02-10T22:53:19Z");
  }
}
