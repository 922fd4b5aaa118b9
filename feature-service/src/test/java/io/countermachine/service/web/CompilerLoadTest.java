package io.countermachine.service.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CompilerLoadTest {
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong compileMillis = new AtomicLong(5_000);
  private final CompilerLoad load = new CompilerLoad(nanos::get, compileMillis::get);

  private boolean isQuietAfter(long millis, long ofCompiler) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    compileMillis.addAndGet(ofCompiler);
    return load.isQuiet();
  }

  @Test
  void compiler_isQuiet_whenItWorkedLittleInTwoWindows() {
    assertThat(isQuietAfter(499, 0)).as("the window has not ended").isFalse();
    assertThat(isQuietAfter(1, 101)).as("more than a fifth of it").isFalse();
    assertThat(isQuietAfter(500, 100)).as("the first quiet one").isFalse();
    assertThat(isQuietAfter(500, 100)).isTrue();
  }

  @Test
  void compilationThatTakesAWindow_isNotQuiet() {
    assertThat(isQuietAfter(500, 0)).isFalse();
    assertThat(isQuietAfter(500, 900)).isFalse();
    assertThat(isQuietAfter(500, 0)).isFalse();
  }

  @Test
  void busyWindow_doesNotCountForTheNext() {
    assertThat(isQuietAfter(500, 900)).isFalse();
    assertThat(isQuietAfter(300, 0)).isFalse();
    assertThat(isQuietAfter(200, 0)).isFalse();
    assertThat(isQuietAfter(500, 0)).isTrue();
  }
}
