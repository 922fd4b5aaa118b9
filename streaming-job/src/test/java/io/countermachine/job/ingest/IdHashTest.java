package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdHashTest {
  private static final int HASH_CHARACTERS = 16;

  /** The hashes are from another implementation of MurmurHash3, of the ids in UTF-16LE. */
  @ParameterizedTest
  @CsvSource({
    "e1, 49c0427b489849e261e0aaca8dc34d8c",
    "0b1c6c2e-8f3a-4f0e-9b1a-2f64c1f3a9d7, 4caa03859ba756824b17963f60386be3",
    "é中, 9d64f3105f08e2079689a1fb977635b4"
  })
  void key_beginsWithTheIdsHash_forEver(String id, String hash) {
    byte[] key = IdHash.of(id).getBytes(ISO_8859_1);
    assertThat(HexFormat.of().formatHex(key, 0, HASH_CHARACTERS)).isEqualTo(hash);
  }

  @Test
  void key_belongsToTheIdsKeyGroup_andIsAsLongForAnyId() {
    Random random = new Random(7);
    Set<String> keys = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      StringBuilder id = new StringBuilder();
      for (int length = random.nextInt(60); length >= 0; length--) {
        id.append((char) random.nextInt(i % 2 == 0 ? 0x80 : 0x10000));
      }
      String key = IdHash.of(id.toString());
      assertThat(key).hasSize(22);
      assertThat(key.hashCode()).isEqualTo(id.toString().hashCode());
      assertThat(KeyGroupRangeAssignment.assignToKeyGroup(key, 256))
          .isEqualTo(KeyGroupRangeAssignment.assignToKeyGroup(id.toString(), 256));
      keys.add(key);
    }
    assertThat(keys).hasSizeGreaterThan(9_900);
    assertThat(IdHash.of("x".repeat(1 << 20))).hasSize(22);
  }
}
