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
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Configured in the Kafka clients of every contender: counts the records that are polled. Ten times
 * a second, and at the first record, it appends a line to the file that the system property {@code
 * bench.meter} names. A line has epoch milliseconds, records read, CPU nanoseconds, allocated bytes
 * and compilation milliseconds of this process. The last is -1 if the JVM does not report it.
 *
 * <p>It is also a producer's interceptor, only because the job gives all its Kafka clients the same
 * properties.
 */
public final class ReadMeter
    implements ConsumerInterceptor<byte[], byte[]>, ProducerInterceptor<byte[], byte[]> {
  private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** One meter for all clients of the process; null if no file is named. */
  private static final Meter METER = Meter.start(System.getProperty("bench.meter"));

  private static final class Meter {
    private final OperatingSystemMXBean system =
        ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    /** Null in a JVM that only interprets. */
    private final CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();

    /** By thread, so that the allocations of ended threads still count. */
    private final Map<Long, Long> allocated = new HashMap<>();

    private final PrintStream out;
    private final AtomicLong records = new AtomicLong();

    private Meter(PrintStream out) {
      this.out = out;
    }

    private static Meter start(String file) {
      if (file == null) {
        return null;
      }
      try {
        Meter meter = new Meter(new PrintStream(file, StandardCharsets.US_ASCII));
        Thread thread = new Thread(meter::run, "bench-meter");
        thread.setDaemon(true);
        thread.start();
        return meter;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void run() {
      while (true) {
        sample();
        LockSupport.parkNanos(PERIOD_NANOS);
      }
    }

    private void read(int polled) {
      if (polled > 0 && records.getAndAdd(polled) == 0) {
        sample();
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
      long sum = allocated.values().stream().mapToLong(Long::longValue).sum();
      out.printf(
          Locale.ROOT,
          "%d,%d,%d,%d,%d%n",
          System.currentTimeMillis(),
          records.get(),
          system.getProcessCpuTime(),
          sum,
          compilerMillis());
      out.flush();
    }

    private long compilerMillis() {
      return compiler != null && compiler.isCompilationTimeMonitoringSupported()
          ? compiler.getTotalCompilationTime()
          : -1;
    }
  }

  @Override
  public void configure(Map<String, ?> configs) {
    // The meter starts with the class.
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> polled) {
    if (METER != null) {
      METER.read(polled.count());
    }
    return polled;
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    // Only reads count.
  }

  @Override
  public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
    return sent;
  }

  @Override
  public void onAcknowledgement(RecordMetadata metadata, Exception exception) {
    // Only reads count.
  }

  @Override
  public void close() {
    // The meter runs until the process ends.
  }
}
