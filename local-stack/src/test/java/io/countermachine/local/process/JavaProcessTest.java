package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JavaProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir private Path folder;

  /** Says when it runs, and at its end. */
  public static final class Talker {
    private Talker() {}

    /** Runs until it is told to stop. */
    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime()
          .addShutdownHook(new Thread(() -> System.out.println("stopped in order")));
      System.out.println("runs");
      new CountDownLatch(1).await();
    }
  }

  @Test
  void stop_letsTheProcessEndInOrder() throws IOException {
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "talker",
                List.of(System.getProperty("java.class.path").split(":")),
                Talker.class.getName(),
                List.of(),
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                Map.of()),
            folder);
    process.awaitReady("the talker", () -> process.logTail(1).equals("runs"));

    process.stop(PATIENCE);

    assertThat(process.isAlive()).isFalse();
    // The JVM says before it if JAVA_TOOL_OPTIONS are set.
    assertThat(Files.readAllLines(process.log())).endsWith("runs", "stopped in order");
  }
}
