package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BenchCatalogTest {
  @Test
  void catalog_hasTheGroupsInTurnByUserAndByPost() {
    List<Group> groups = BenchCatalog.generated(3, 2).catalog().groups();

    assertThat(groups).map(Group::name).containsExactly("g01", "g02", "g03");
    assertThat(groups)
        .map(Group::keyFields)
        .containsExactly(List.of("userId"), List.of("postId"), List.of("userId"));
    for (Group group : groups) {
      assertThat(group.schema().measures())
          .map(Measure::name)
          .containsExactlyInAnyOrder("view", "like", "click", "comment", "timespent");
      assertThat(group.schema().intervals()).map(Interval::label).containsExactly("1m", "1h");
    }
  }

  @Test
  void intervals_areTheTutorialsFirst_andAllDifferent() {
    assertThat(labels(BenchCatalog.TUTORIAL.catalog()))
        .containsExactly("1m", "1h", "1d", "7d", "30d", "lifetime");
    assertThat(labels(BenchCatalog.generated(1, 6).catalog()))
        .isEqualTo(labels(BenchCatalog.TUTORIAL.catalog()));
    assertThat(labels(BenchCatalog.generated(1, 12).catalog()))
        .hasSize(12)
        .doesNotHaveDuplicates()
        .containsAll(labels(BenchCatalog.TUTORIAL.catalog()));
  }

  private static List<String> labels(Catalog catalog) {
    return catalog.groups().get(0).schema().intervals().stream().map(Interval::label).toList();
  }

  @Test
  void sixGroups_areTheOnesThatKeptFiguresAreOf_withoutDeduplication() {
    Catalog catalog = BenchCatalog.SIX_GROUPS.catalog();

    assertThat(catalog.groups())
        .map(Group::name)
        .containsExactly("user", "post", "creator", "user_post", "user_creator", "user_category");
    assertThat(catalog.groups().stream().mapToInt(group -> group.features().size()))
        .as("features of each")
        .containsExactly(30, 42, 12, 2, 9, 9);
    assertThat(catalog.deduplication()).isEmpty();
  }

  @Test
  void thousand_has1008FeaturesOfFiveKeys_forOursAlone() {
    Catalog catalog = BenchCatalog.THOUSAND.catalog();

    assertThat(catalog.groups())
        .map(Group::keyFields)
        .containsExactly(
            List.of("userId"),
            List.of("postId"),
            List.of("creatorId"),
            List.of("userId", "creatorId"),
            List.of("userId", "categoryId"));
    assertThat(catalog.groups().stream().mapToInt(group -> group.features().size()))
        .as("features of each: 21 at 10 intervals, and at 9 of pairs")
        .containsExactly(210, 210, 210, 189, 189);
    assertThat(catalog.features()).hasSize(1_008);
    assertThat(catalog.sets().get("ranking")).hasSize(50).doesNotHaveDuplicates();
    assertThat(BenchCatalog.THOUSAND.isFor(Contender.ROCKSDB)).isTrue();
    assertThat(BenchCatalog.THOUSAND.isFor(Contender.LIMIT)).isFalse();
  }

  @Test
  void sixGroupsWithUniques_areTheSixGroups_andTheUsersOfEachPost() {
    Catalog plain = BenchCatalog.SIX_GROUPS.catalog();
    Catalog uniques = BenchCatalog.SIX_GROUPS_UNIQUES.catalog();
    assertThat(BenchCatalog.SIX_GROUPS.isFor(Contender.SQL_HEAP)).isTrue();
    assertThat(BenchCatalog.SIX_GROUPS_UNIQUES.isFor(Contender.SQL_HEAP)).isFalse();
    assertThat(BenchCatalog.SIX_GROUPS_UNIQUES.isFor(Contender.LIMIT)).isTrue();
    for (Group group : plain.groups()) {
      List<String> names = new ArrayList<>(group.measureNames());
      if (group.name().equals("post")) {
        names.add("viewers");
      }
      assertThat(uniques.group(group.name()).orElseThrow().measureNames())
          .as(group.name())
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  @Test
  void sixGroupsWithVerbs_areTheSixGroups_andSkipsAndVisits_forOursAlone() {
    Catalog verbs = BenchCatalog.SIX_GROUPS_VERBS.catalog();
    assertThat(verbs.verbEvents()).map(EventType::name).containsExactly("skip", "visit");
    for (Group group : BenchCatalog.SIX_GROUPS.catalog().groups()) {
      List<String> names = new ArrayList<>(group.measureNames());
      if (group.name().equals("post")) {
        names.add("skip");
      } else if (group.name().equals("user")) {
        names.add("visit");
      }
      assertThat(verbs.group(group.name()).orElseThrow().measureNames())
          .as(group.name())
          .containsExactlyInAnyOrderElementsOf(names);
    }
    assertThat(BenchCatalog.SKIPS.catalog().verbEvents())
        .map(EventType::name)
        .containsExactly("skip");
    for (BenchCatalog catalog : List.of(BenchCatalog.SIX_GROUPS_VERBS, BenchCatalog.SKIPS)) {
      assertThat(catalog.isFor(Contender.ROCKSDB)).isTrue();
      assertThat(catalog.isFor(Contender.LIMIT)).isFalse();
    }
  }

  @Test
  void catalog_isRefused_whenThereIsNoSuch() {
    assertThatThrownBy(() -> BenchCatalog.generated(1, 13)).hasMessageContaining("1 to 12");
    assertThatThrownBy(() -> BenchCatalog.generated(0, 1)).hasMessageContaining("0 groups");
  }
}
