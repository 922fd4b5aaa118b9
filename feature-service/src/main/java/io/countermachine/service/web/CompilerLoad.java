package io.countermachine.service.web;

import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Tells when the just-in-time compiler has little left to do. */
final class CompilerLoad {
  private static final Duration WINDOW = Duration.ofMillis(500);

  /** Of a window. */
  private static final double QUIET_SHARE = 0.2;

  private final LongSupplier nanoTime;
  private final LongSupplier compileMillis;
  private long windowBegan;
  private long compiledBefore;

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

  /** Whether a window has ended in which the compiler hardly worked. */
  boolean isQuiet() {
    if (nanoTime.getAsLong() - windowBegan < WINDOW.toNanos()) {
      return false;
    }
    boolean quiet = compileMillis.getAsLong() - compiledBefore <= QUIET_SHARE * WINDOW.toMillis();
    begin();
    return quiet;
  }
}
