package io.countermachine.local.process;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another main class and ends with the parent process: the parent holds the other end of
 * standard input, which closes when it dies, however it dies. Uses no library, so that it can stand
 * on any class path.
 */
public final class SupervisedMain {
  private static final int ORPHANED = 3;

  private SupervisedMain() {}

  /** Runs the main class that the first argument names with the other arguments. */
  public static void main(String[] arguments) throws Exception {
    Thread watch = new Thread(SupervisedMain::awaitParentsEnd, "parent-watch");
    watch.setDaemon(true);
    watch.start();
    Class.forName(arguments[0])
        .getMethod("main", String[].class)
        .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
  }

  private static void awaitParentsEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nothing is ever sent; only the end matters.
      }
    } catch (IOException e) {
      // A broken pipe is an end, too.
    }
    Runtime.getRuntime().halt(ORPHANED);
  }
}
