package io.countermachine.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.CompactionStyle;
import org.rocksdb.LiveFileMetaData;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;

/**
 * The compaction style is the cluster's choice. A checkpoint contains the files as they are, so
 * each style must be able to continue with the other's files.
 */
class RocksDbCompactionTest {
  private static final int ENTRIES = 60_000;

  @TempDir private Path folder;

  @BeforeAll
  static void loadLibrary() {
    RocksDB.loadLibrary();
  }

  @Test
  void filesInLevels_areReadAndChanged_whenCompactionBecomesUniversal_andBack() throws Exception {
    try (Options options = options(CompactionStyle.LEVEL);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      put(db, 1, "first");
      db.compactRange();
      assertThat(db.getLiveFilesMetaData().stream().mapToInt(LiveFileMetaData::level))
          .hasSizeGreaterThan(3)
          .allMatch(level -> level > 0);
    }
    try (Options options = options(CompactionStyle.UNIVERSAL);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      requireAll(db, 1, "first");
      put(db, 3, "second");
      requireAll(db, 3, "second");
    }
    try (Options options = options(CompactionStyle.LEVEL);
        RocksDB db = RocksDB.open(options, folder.toString())) {
      requireAll(db, 3, "second");
      put(db, 1, "third");
      db.compactRange();
      requireAll(db, 1, "third");
    }
  }

  /** Small files, so that there are many. */
  private static Options options(CompactionStyle style) {
    return new Options()
        .setCreateIfMissing(true)
        .setCompactionStyle(style)
        .setWriteBufferSize(256 << 10)
        .setTargetFileSizeBase(128 << 10)
        .setMaxBytesForLevelBase(512 << 10);
  }

  /** Writes a new value for every step-th key. */
  private static void put(RocksDB db, int step, String round) throws RocksDBException {
    for (int i = 0; i < ENTRIES; i += step) {
      db.put(bytes("key" + i), bytes(round + i));
    }
  }

  /** The other keys have the value of the first round. */
  private static void requireAll(RocksDB db, int step, String round) throws RocksDBException {
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(db.get(bytes("key" + i))).isEqualTo(bytes((i % step == 0 ? round : "first") + i));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
