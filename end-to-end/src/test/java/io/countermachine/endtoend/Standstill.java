package io.countermachine.endtoend;

import io.countermachine.local.process.JavaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/** Stops a process for a while. It then continues as if nothing had happened. */
final class Standstill implements AutoCloseable {
  private static final int SIGNAL_SECONDS = 10;

  private final long pid;

  private Standstill(long pid) {
    this.pid = pid;
  }

  static Standstill of(JavaProcess process) {
    Standstill standstill = new Standstill(process.pid());
    standstill.signal("-STOP");
    return standstill;
  }

  private void signal(String signal) {
    try {
      Process kill = new ProcessBuilder("kill", signal, Long.toString(pid)).inheritIO().start();
      if (!kill.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
        throw new IllegalStateException("kill " + signal + " " + pid + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    signal("-CONT");
  }
}
