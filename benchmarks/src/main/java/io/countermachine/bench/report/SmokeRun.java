package io.countermachine.bench.report;

/** A run in the smallest size, so that a benchmark cannot rot. */
public final class SmokeRun {
  /** Said before a table, so that nobody reads its figures and goals first. */
  public static final String NOTE =
      "a smoke run: it shows that all of this works, and what is measured means nothing";

  private SmokeRun() {}
}
