package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

  /** Does not end when it is asked to. */
  public static final class Stayer {
    private Stayer() {}

    /** Runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
      CountDownLatch never = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> awaitUninterruptibly(never)));
      System.out.println("runs");
      never.await();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
      try {
        latch.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private JavaProcess start(Class<?> main) throws IOException {
    JavaProcess process =
        JavaProcess.start(
            new JavaProcess.Command(
                "talker",
                List.of(System.getProperty("java.class.path").split(":")),
                main.getName(),
                List.of(),
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                Map.of()),
            folder);
    process.awaitReady("the process", () -> process.logTail(1).equals("runs"));
    return process;
  }

  @Test
  void stop_killsAProcessThatDoesNotEnd_andSaysSo() throws IOException {
    JavaProcess process = start(Stayer.class);

    assertThatThrownBy(() -> process.stop(Duration.ofSeconds(1)))
        .hasMessage("talker did not stop within 1 s");
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void stop_letsTheProcessEndInOrder() throws IOException {
    JavaProcess process = start(Talker.class);

    process.stop(PATIENCE);

    assertThat(process.isAlive()).isFalse();
    // The JVM says before it if JAVA_TOOL_OPTIONS are set.
    assertThat(Files.readAllLines(process.log())).endsWith("runs", "stopped in order");
  }
}
