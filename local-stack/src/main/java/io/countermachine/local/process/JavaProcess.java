package io.countermachine.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/** A Java process that logs to a file and ends with this process. */
public final class JavaProcess implements AutoCloseable {
  private static final int STOP_SECONDS = 10;
  private static final int LOG_LINES = 30;

  /**
   * What to run.
   *
   * @param java the java program
   * @param name the name of the process and of its log file
   * @param classPath the entries, in order
   * @param mainClass the class with the main method
   * @param arguments the program's arguments
   * @param jvmFlags the flags of the JVM
   * @param environment variables that are added to this process's environment
   */
  public record Command(
      Path java,
      String name,
      List<String> classPath,
      String mainClass,
      List<String> arguments,
      List<String> jvmFlags,
      Map<String, String> environment) {

    /** What to run with the Java of this process. */
    public Command(
        String name,
        List<String> classPath,
        String mainClass,
        List<String> arguments,
        List<String> jvmFlags,
        Map<String, String> environment) {
      this(
          Path.of(System.getProperty("java.home"), "bin", "java"),
          name,
          classPath,
          mainClass,
          arguments,
          jvmFlags,
          environment);
    }

    /** The same with another Java and its flags. */
    public Command with(ServiceJava other) {
      return new Command(
          other.executable(),
          name,
          classPath,
          mainClass,
          arguments,
          other.flagsWith(jvmFlags),
          environment);
    }

    /**
     * The feature service as it was built, with the Java and the flags that it runs with on this
     * computer.
     *
     * @param settings as {@code --name=value}
     */
    public static Command featureService(
        String name, List<String> settings, List<String> jvmFlags) {
      return new Command(
              name,
              Installation.featureService(),
              "io.countermachine.service.FeatureService",
              settings,
              jvmFlags,
              LocalDynamoDb.CREDENTIALS)
          .with(ServiceJava.chosen());
    }
  }

  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private final String name;
  private final Process process;
  private final Path log;

  private JavaProcess(String name, Process process, Path log) {
    this.name = name;
    this.process = process;
    this.log = log;
  }

  /** Starts a process whose logs and temporary files go into a folder. */
  public static JavaProcess start(Command command, Path folder) {
    try {
      Path temporary = Files.createDirectories(folder.resolve("tmp"));
      Path log = Files.createDirectories(folder.resolve("logs")).resolve(command.name() + ".log");
      List<String> line = new ArrayList<>();
      line.add(command.java().toString());
      line.add("-Djava.io.tmpdir=" + temporary);
      line.addAll(command.jvmFlags());
      line.add("-cp");
      // Our classes come last: their logging configuration is for processes that have none.
      line.add(String.join(":", command.classPath()) + ":" + Installation.ownClasses());
      line.add(SupervisedMain.class.getName());
      line.add(command.mainClass());
      line.addAll(command.arguments());
      ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
      builder.redirectOutput(log.toFile());
      // Some programs create files in their working directory.
      builder.directory(folder.toFile());
      builder.environment().putAll(command.environment());
      return new JavaProcess(command.name(), builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + command.name(), e);
    }
  }

  public String name() {
    return name;
  }

  /** The process id. */
  public long pid() {
    return process.pid();
  }

  public Path log() {
    return log;
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until the process is ready. The time limit allows for a busy machine.
   *
   * @param what the name of the process, for messages
   * @throws IllegalStateException if the process ends before, with the end of its log, or if it
   *     takes too long
   */
  public void awaitReady(String what, BooleanSupplier ready) {
    Await.until(
        "the start of " + what,
        START_LIMIT,
        () -> {
          if (!isAlive()) {
            throw new IllegalStateException(howItEnded(what));
          }
          return ready.getAsBoolean();
        });
  }

  /** A message that the process has ended, with the end of its log. */
  public String howItEnded(String what) {
    return "%s ended; its log %s ends with:%n%s".formatted(what, log, logTail(LOG_LINES));
  }

  /** The last lines of the log. */
  public String logTail(int lines) {
    try {
      List<String> all = Files.readAllLines(log);
      return all.subList(Math.max(0, all.size() - lines), all.size()).stream()
          .collect(Collectors.joining(System.lineSeparator()));
    } catch (IOException e) {
      return "(the log cannot be read: " + e + ")";
    }
  }

  /** Kills the process with SIGKILL, and waits until it has ended. */
  public void kill() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while killing " + name, e);
    }
  }

  /**
   * Asks the process to stop, as an orchestrator does, and waits until it has ended.
   *
   * @throws IllegalStateException if it does not end in time, or the thread is interrupted; it is
   *     killed then
   */
  public void stop(Duration patience) {
    // Through its handle: Process.destroy() also closes the standard input, and without that a
    // process ends at once, without what it does at its end.
    process.toHandle().destroy();
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
        throw new IllegalStateException(
            "%s did not stop within %d s".formatted(name, patience.toSeconds()));
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while stopping " + name, e);
    }
  }

  /** Ends the process at once: it loses its standard input, see {@link SupervisedMain}. */
  @Override
  public void close() {
    end(process);
  }

  /** Asks any process to stop, and kills it if it does not stop in time. */
  public static void end(Process process) {
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
