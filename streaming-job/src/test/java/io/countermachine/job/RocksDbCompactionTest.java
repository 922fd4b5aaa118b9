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
 * The style of compaction is the cluster's to choose. A checkpoint holds the files as they are, so
 * each style has to go on from the other's.
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

  /** Gives each so-manieth key a value of its own. */
  private static void put(RocksDB db, int step, String round) throws RocksDBException {
    for (int i = 0; i < ENTRIES; i += step) {
      db.put(bytes("key" + i), bytes(round + i));
    }
  }

  /** The others have the first round's. */
  private static void requireAll(RocksDB db, int step, String round) throws RocksDBException {
    for (int i = 0; i < ENTRIES; i++) {
      assertThat(db.get(bytes("key" + i))).isEqualTo(bytes((i % step == 0 ? round : "first") + i));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(US_ASCII);
  }
}
