package io.countermachine.bench.workload;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadTest {
  private final Workload workload = new Workload(Workload.Features.SIX_GROUPS, Workload.Size.FULL);

  @Test
  void request_needs600To800Keys() {
    assertThat(workload.catalog().sets().get(Workload.SET)).hasSize(50);
    for (int request = 0; request < workload.requests(); request++) {
      assertThat(workload.keys(request)).hasSizeBetween(600, 800);
    }
  }

  @Test
  void workload_isTheSame_inEveryProcess() {
    Workload other = new Workload(Workload.Features.SIX_GROUPS, Workload.Size.FULL);

    assertThat(other.keys(7)).isEqualTo(workload.keys(7));
    assertThat(other.body(7, 3).json()).isEqualTo(workload.body(7, 3).json());
  }

  @Test
  void coldCandidates_giveTheWishedShareOfMisses() {
    int cold = workload.coldCandidates(0.2);

    // Nearly always, each cold candidate has four keys that no other candidate has.
    assertThat(4.0 * cold / workload.meanKeys()).isCloseTo(0.2, within(0.01));
    assertThat(workload.coldCandidates(0)).isZero();
  }

  @Test
  void body_carriesItsNumber_onlyWhereCandidatesAreCold() {
    String numbered = new String(workload.body(0, 1).numbered(4_711), US_ASCII);

    assertThat(numbered).endsWith("~000004711\"}]}").containsOnlyOnce("\"userId\"");
    assertThat(numbered.split("~000004711", -1)).hasSize(3);
    Workload.Body warm = workload.body(0, 0);
    assertThat(warm.numbered(4_711)).isSameAs(warm.json());
  }

  @Test
  void keysOfColdCandidates_areThoseThatTheBodyAsksFor() {
    Workload thousand = new Workload(Workload.Features.THOUSAND, Workload.Size.SMOKE);
    String body = new String(thousand.body(0, 1).numbered(4_711), US_ASCII);
    String last = body.substring(body.lastIndexOf('{'));
    List<Group> groups =
        thousand.catalog().groups().stream()
            .filter(group -> !group.keyFields().equals(List.of("userId")))
            .toList();

    assertThat(groups).anyMatch(group -> group.keyFields().contains("categoryId"));
    for (Group group : groups) {
      String key = thousand.key(group, 0, Workload.CANDIDATES - 1, 1, 4_711).key();
      assertThat(key).endsWith("~000004711");
      assertThat(last).contains("\"" + key.substring(key.indexOf('|') + 1) + "\"");
    }
  }

  @Test
  void pairs_areThere_everySecondOne_andAllElseAlways() {
    long pairs = 0;
    long there = 0;
    for (int request = 0; request < workload.requests(); request++) {
      for (ItemKey key : workload.keys(request)) {
        if (key.key().contains("|")) {
          pairs++;
          there += DataSet.has(key) ? 1 : 0;
        } else {
          assertThat(DataSet.has(key)).isTrue();
        }
      }
    }
    assertThat(there / (double) pairs).isCloseTo(0.5, within(0.02));
  }
}
