package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BacklogTest {
  @Test
  void backlog_isAllowed_upToHalfASecondOfTheLoad() {
    Backlog backlog = new Backlog("after the warm-up", 10_000, 20_000);

    assertThat(backlog.isAllowed()).isTrue();
    assertThat(backlog.notValid()).isNull();
  }

  @Test
  void backlog_isNotValidAndSaysWhy_beyondHalfASecondOfTheLoad() {
    assertThat(new Backlog("at the end", 10_001, 20_000).isAllowed()).isFalse();
    assertThat(new Backlog("after the warm-up", 26_000, 20_000).notValid())
        .isEqualTo("the job was 1.3 s behind the load after the warm-up, more than 0.5 s");
  }
}
