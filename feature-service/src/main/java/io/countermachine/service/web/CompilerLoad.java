package io.countermachine.service.web;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells when the just-in-time compiler has little left to do. */
final class CompilerLoad {
  private static final Duration WINDOW = Duration.ofMillis(500);

  /**
   * A compilation counts when it has ended. One that takes a whole window leaves it at 0, so one
   * window says nothing.
   */
  private static final int QUIET_WINDOWS = 2;

  /** Of a window. */
  private static final double QUIET_SHARE = 0.2;

  private final LongSupplier nanoTime;
  private final LongSupplier compileMillis;
  private long windowBegan;
  private long compiledBefore;
  private int quietWindows;

  CompilerLoad() {
    this(System::nanoTime, compileMillis(ManagementFactory.getCompilationMXBean()));
  }

  /**
   * Begins the first window.
   *
   * @param compileMillis how long the compiler has worked since the start
   */
  CompilerLoad(LongSupplier nanoTime, LongSupplier compileMillis) {
    this.nanoTime = nanoTime;
    this.compileMillis = compileMillis;
    begin();
  }

  /** Without a compiler that says so, nothing is compiled. */
  private static LongSupplier compileMillis(CompilationMXBean compiler) {
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler::getTotalCompilationTime
        : () -> 0;
  }

  private void begin() {
    windowBegan = nanoTime.getAsLong();
    compiledBefore = compileMillis.getAsLong();
  }

  /** Whether windows in a row have ended in which the compiler hardly worked. */
  boolean isQuiet() {
    if (nanoTime.getAsLong() - windowBegan < WINDOW.toNanos()) {
      return false;
    }
    boolean quiet = compileMillis.getAsLong() - compiledBefore <= QUIET_SHARE * WINDOW.toMillis();
    quietWindows = quiet ? quietWindows + 1 : 0;
    begin();
    return quietWindows >= QUIET_WINDOWS;
  }
}
