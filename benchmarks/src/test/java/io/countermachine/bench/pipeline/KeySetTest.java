package io.countermachine.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeySetTest {
  @Test
  void size_isThatOfAllKeys_whenManyGroupsHaveKeysThatDifferInOneLetter() {
    KeySet keys = new KeySet();
    for (int twice = 0; twice < 2; twice++) {
      for (int group = 0; group < 30; group++) {
        for (int i = 0; i < 5_000; i++) {
          keys.add(KeySet.hash((group % 2 == 0 ? "u" : "p") + i, group));
        }
      }
    }

    assertThat(keys.size()).isEqualTo(30 * 5_000);
  }
}
