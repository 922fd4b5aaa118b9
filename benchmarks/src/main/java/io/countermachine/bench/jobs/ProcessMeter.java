package io.countermachine.bench.jobs;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes ten times a second, to the file that the system property {@code bench.meter} names, one
 * line of epoch milliseconds, records read, CPU nanoseconds, allocated bytes and milliseconds of
 * compiling of this process; and one more at the very first record. The last is -1 where the JVM
 * does not tell.
 */
final class ProcessMeter {
  static final String FILE = "bench.meter";

  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final AtomicBoolean STARTED = new AtomicBoolean();
  private static final AtomicLong RECORDS = new AtomicLong();

  private final OperatingSystemMXBean system =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /** Null in a JVM that only interprets. */
  private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

  /** By thread, so that what a thread allocated still counts when it has ended. */
  private final Map<Long, Long> allocated = new HashMap<>();

  private static volatile ProcessMeter meter;
  private final PrintStream out;

  private ProcessMeter(PrintStream out) {
    this.out = out;
  }

  /** Starts the meter, once in a process. */
  static void start() {
    String file = System.getProperty(FILE);
    if (file == null || !STARTED.compareAndSet(false, true)) {
      return;
    }
    try {
      meter = new ProcessMeter(new PrintStream(file, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread thread = new Thread(meter::run, "bench-meter");
    thread.setDaemon(true);
    thread.start();
  }

  static void read(int records) {
    if (records > 0 && RECORDS.getAndAdd(records) == 0 && meter != null) {
      meter.sample();
    }
  }

  private void run() {
    while (true) {
      sample();
      LockSupport.parkNanos(PERIOD_NANOS);
    }
  }

  private synchronized void sample() {
    long[] ids = threads.getAllThreadIds();
    long[] bytes = threads.getThreadAllocatedBytes(ids);
    for (int i = 0; i < ids.length; i++) {
      if (bytes[i] >= 0) {
        allocated.merge(ids[i], bytes[i], Math::max);
      }
    }
    long sum = 0;
    for (long ofThread : allocated.values()) {
      sum += ofThread;
    }
    out.println(
        System.currentTimeMillis()
            + ","
            + RECORDS.get()
            + ","
            + system.getProcessCpuTime()
            + ","
            + sum
            + ","
            + compilerMillis());
    out.flush();
  }

  private long compilerMillis() {
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : -1;
  }
}
