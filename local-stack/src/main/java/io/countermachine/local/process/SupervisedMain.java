package io.countermachine.local.process;

import java.io.IOException;
import java.util.Arrays;

/**
 * Runs another main class, and ends with the parent process. The parent holds the other end of
 * standard input, which closes when the parent dies in any way. Uses no library, so that it works
 * on any class path.
 */
public final class SupervisedMain {
  private static final int ORPHANED = 3;

  private SupervisedMain() {}

  /** Runs the main class that the first argument names, with the other arguments. */
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
        // Nothing is ever sent. Only the end of the stream matters.
      }
    } catch (IOException e) {
      // A broken pipe also means that the parent has ended.
    }
    Runtime.getRuntime().halt(ORPHANED);
  }
}
