package io.countermachine.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a benchmark ran.
 *
 * @param tcpCongestionControl Linux's setting of that name; "unknown" on other systems
 */
public record Machine(int cores, String java, String system, String tcpCongestionControl) {
  private static final Path TCP_CONGESTION_CONTROL =
      Path.of("/proc/sys/net/ipv4/tcp_congestion_control");

  /** The machine and the Java that this process runs on. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"),
        text(TCP_CONGESTION_CONTROL));
  }

  private static String text(Path file) {
    try {
      return Files.exists(file) ? Files.readString(file).strip() : "unknown";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether TCP holds back the end of responses between processes of this machine. */
  public boolean pacesLoopback() {
    return tcpCongestionControl.startsWith("bbr");
  }
}
