package io.countermachine.job.state;

import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.StateMigrationException;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Failures for restored state that this release can never use. They end the job with the reason.
 * Otherwise Flink's restart strategy would restore the same state again and again.
 */
public final class UnusableState {
  private UnusableState() {}

  /** A failure that ends the job, with what is wrong and what to do. */
  public static SuppressRestartsException because(String why) {
    return new SuppressRestartsException(new IllegalStateException(why));
  }

  /**
   * A failure for state of a later release.
   *
   * @param what what was written, in the plural
   * @param form the version number in which it was written
   * @param newest the newest version that this release reads
   */
  public static SuppressRestartsException ofLaterRelease(String what, int form, int newest) {
    return because(
        "%s in the restored state were written in form %d, and this release reads up to %d; %s"
            .formatted(what, form, newest, startTheRelease()));
  }

  /** What to do about state of a later release. */
  public static String startTheRelease() {
    return "start the release that wrote it, or a later one, or restore an older savepoint";
  }

  /**
   * Registers state with Flink, and ends the job if restored state of the same name has another
   * kind. Any other failure is thrown unchanged, because a restart may fix it.
   */
  public static void register(ThrowingRunnable<Exception> registration) throws Exception {
    try {
      registration.run();
    } catch (SuppressRestartsException e) {
      throw e;
    } catch (Exception e) {
      // Flink throws either of the two in this case.
      if (isCausedBy(e, StateMigrationException.class)
          || isCausedBy(e, IllegalStateException.class)) {
        throw new SuppressRestartsException(
            new IllegalStateException(
                "the restored state has another kind of state under a name of this release; "
                    + startTheRelease(),
                e));
      }
      throw e;
    }
  }

  private static boolean isCausedBy(Throwable failure, Class<? extends Throwable> type) {
    return ExceptionUtils.findThrowable(failure, type).isPresent();
  }
}
