package io.countermachine.bench.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine of a benchmark.
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

  /**
   * Returns true if TCP paces traffic between processes of this machine, which delays the end of
   * responses.
   */
  public boolean pacesLoopback() {
    return tcpCongestionControl.startsWith("bbr");
  }
}
