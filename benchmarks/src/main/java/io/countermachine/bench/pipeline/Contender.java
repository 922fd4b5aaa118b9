package io.countermachine.bench.pipeline;

import java.util.Locale;

/** The programs that are measured. */
public enum Contender {
  LIMIT("limit: plain Java", Work.LIMIT, null),
  HEAP("ours, heap", Work.OURS, "hashmap"),
  ROCKSDB("ours, RocksDB", Work.OURS, "rocksdb"),
  TUTORIAL_HEAP("tutorial's job, heap", Work.TUTORIAL, "hashmap"),
  TUTORIAL_ROCKSDB("tutorial's job, RocksDB", Work.TUTORIAL, "rocksdb"),
  SQL_HEAP("Flink SQL, heap", Work.SQL, "hashmap"),
  SQL_ROCKSDB("Flink SQL, RocksDB", Work.SQL, "rocksdb");

  /** The kinds of programs. */
  enum Work {
    LIMIT,
    OURS,
    TUTORIAL,
    SQL
  }

  private final String title;
  private final Work work;
  private final String stateBackend;

  Contender(String title, Work work, String stateBackend) {
    this.title = title;
    this.work = work;
    this.stateBackend = stateBackend;
  }

  String title() {
    return title;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  Work work() {
    return work;
  }

  /** Flink's name of the state backend; null without Flink. */
  String stateBackend() {
    return stateBackend;
  }

  boolean isOurs() {
    return work == Work.OURS;
  }

  /** Returns true if it supports more than counts and sums. */
  boolean countsAnyKind() {
    return work == Work.OURS || work == Work.LIMIT;
  }

  boolean isFlink() {
    return work != Work.LIMIT;
  }
}
