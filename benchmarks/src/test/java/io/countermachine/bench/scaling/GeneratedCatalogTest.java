package io.countermachine.bench.scaling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Interval;
import io.countermachine.catalog.Measure;
import java.util.List;
import org.junit.jupiter.api.Test;

class GeneratedCatalogTest {
  @Test
  void catalog_hasTheGroupsInTurnByUserAndByPost() {
    List<Group> groups = new GeneratedCatalog(3, 2).catalog().groups();

    assertThat(groups).map(Group::name).containsExactly("g01", "g02", "g03");
    assertThat(groups)
        .map(Group::keyFields)
        .containsExactly(List.of("userId"), List.of("postId"), List.of("userId"));
    for (Group group : groups) {
      assertThat(group.measures())
          .map(Measure::name)
          .containsExactlyInAnyOrder("view", "like", "click", "comment", "timespent");
      assertThat(group.intervals()).map(Interval::label).containsExactly("1m", "1h");
    }
  }

  @Test
  void intervals_areTheTutorialsFirst_andAllDifferent() {
    assertThat(labels(6)).containsExactly("1m", "1h", "1d", "7d", "30d", "lifetime");
    assertThat(labels(12)).hasSize(12).doesNotHaveDuplicates().containsAll(labels(6));
  }

  private static List<String> labels(int intervals) {
    Catalog catalog = new GeneratedCatalog(1, intervals).catalog();
    return catalog.groups().get(0).intervals().stream().map(Interval::label).toList();
  }

  @Test
  void catalog_isRefused_whenThereIsNoSuch() {
    assertThatThrownBy(() -> new GeneratedCatalog(1, 13)).hasMessageContaining("1 to 12");
    assertThatThrownBy(() -> new GeneratedCatalog(0, 1)).hasMessageContaining("0 groups");
  }
}
