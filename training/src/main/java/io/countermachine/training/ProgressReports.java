package io.countermachine.training;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports periodically while something runs. */
public final class ProgressReports implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressReports.class);

  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });

  private ProgressReports() {}

  /** A report. If it fails, the next one may still succeed. */
  public interface Report {
    void run() throws Exception;
  }

  /** Reports until this is closed. */
  public static ProgressReports every(long seconds, Report report) {
    ProgressReports reports = new ProgressReports();
    var unused =
        reports.timer.scheduleAtFixedRate(
            () -> reports.run(report), seconds, seconds, TimeUnit.SECONDS);
    return reports;
  }

  private void run(Report report) {
    try {
      report.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      LOG.debug("no progress is known now", e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
