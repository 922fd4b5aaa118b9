package io.countermachine.bench.scaling;

import java.util.List;

/** A bound for each part of the job's memory, whatever the number of keys. */
final class BoundedMemory {
  private static final int HEAP = 1_024;
  private static final int ROCKSDB = 512;
  private static final int METASPACE = 160;
  private static final int CODE = 128;
  private static final int DIRECT = 256;

  /** The sum of the bounds. */
  static final int MEGABYTES = HEAP + ROCKSDB + METASPACE + CODE + DIRECT;

  static final List<String> FLAGS =
      List.of(
          "-Xmx" + HEAP + "m",
          "-XX:MaxMetaspaceSize=" + METASPACE + "m",
          "-XX:ReservedCodeCacheSize=" + CODE + "m",
          "-XX:MaxDirectMemorySize=" + DIRECT + "m",
          "-Dtaskmanager.memory.managed.size=" + ROCKSDB + "m");

  private BoundedMemory() {}
}
