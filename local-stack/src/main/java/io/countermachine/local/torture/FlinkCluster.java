package io.countermachine.local.torture;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.ResidentMemory;
import io.countermachine.local.stack.LocalStack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Flink as it is deployed: a jobmanager in application mode and taskmanagers, each in its own
 * process, and a supervisor that restarts processes that have ended. There is no high-availability
 * service: a new jobmanager finds the newest retained checkpoint by itself.
 */
final class FlinkCluster implements AutoCloseable {
  /** A name instead of a class literal, because the class cannot be loaded without Flink. */
  private static final String JOB_MANAGER = FlinkCluster.class.getPackageName() + ".JobManagerMain";

  private static final int JOB_MANAGER_MEGABYTES = 400;
  private static final int LOG_LINES = 200;
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  /** The settings of all processes. Ports and folders are added to them. */
  private static final List<String> SETTINGS =
      List.of(
          "jobmanager.rpc.address=localhost",
          "rest.address=localhost",
          "taskmanager.host=localhost",
          "rest.bind-address=127.0.0.1",
          "jobmanager.bind-host=127.0.0.1",
          "taskmanager.bind-host=127.0.0.1",
          "web.submit.enable=false",
          "web.cancel.enable=false",
          "execution.checkpointing.interval=2s",
          "execution.checkpointing.timeout=2min",
          "heartbeat.interval=1000",
          "heartbeat.timeout=10000",
          "restart-strategy.type=exponential-delay",
          "restart-strategy.exponential-delay.initial-backoff=1s",
          "restart-strategy.exponential-delay.max-backoff=10s",
          "metrics.fetcher.update-interval=500 ms",
          // By default, metrics would wait ten minutes for a killed taskmanager.
          "web.timeout=5 s",
          "taskmanager.load-balance.mode=SLOTS");

  /**
   * Flink's start scripts derive these from the process's size. Without the scripts, all are
   * required.
   */
  private static final List<String> MEMORY =
      List.of(
          "taskmanager.numberOfTaskSlots=2",
          "taskmanager.cpu.cores=1",
          "taskmanager.memory.framework.heap.size=64m",
          "taskmanager.memory.framework.off-heap.size=64m",
          "taskmanager.memory.task.off-heap.size=0m",
          "taskmanager.memory.network.min=64m",
          "taskmanager.memory.network.max=64m",
          "taskmanager.memory.jvm-metaspace.size=192m",
          "taskmanager.memory.jvm-overhead.min=128m",
          "taskmanager.memory.jvm-overhead.max=128m");

  /**
   * How the job runs.
   *
   * @param arguments the job's own arguments
   * @param parallelism the parallelism of every operator
   */
  record Job(List<String> arguments, int parallelism) {}

  /**
   * The memory of a taskmanager.
   *
   * @param heapMegabytes the JVM's heap
   * @param managedMegabytes off-heap memory for RocksDB
   */
  record Memory(int heapMegabytes, int managedMegabytes) {}

  private final Path folder;
  private final int restPort = Ports.free();
  private final Memory memory;
  private final List<String> settings;
  private final JavaProcess[] taskManagers;
  private final Thread supervisor = new Thread(this::supervise, "flink-supervisor");
  private JavaProcess jobManager;
  private Job job;
  private int started;
  private boolean closed;

  /** Prepares a cluster, and starts nothing. */
  FlinkCluster(Path folder, int taskManagers, Memory memory, Map<String, String> settings) {
    this.folder = folder;
    this.memory = memory;
    this.taskManagers = new JavaProcess[taskManagers];
    this.settings = new ArrayList<>(SETTINGS);
    this.settings.addAll(
        List.of(
            "jobmanager.rpc.port=" + Ports.free(),
            "rest.port=" + restPort,
            "rest.bind-port=" + restPort,
            "execution.checkpointing.dir=" + folder.resolve("checkpoints").toUri(),
            "execution.checkpointing.savepoint-dir=" + folder.resolve("savepoints").toUri()));
    settings.forEach((key, value) -> this.settings.add(key + "=" + value));
    supervisor.setDaemon(true);
  }

  /** Starts all processes. */
  synchronized void start(Job firstJob) {
    job = firstJob;
    for (int i = 0; i < taskManagers.length; i++) {
      startTaskManager(i);
    }
    startJobManager();
    supervisor.start();
  }

  private void supervise() {
    while (superviseOnce()) {
      Await.pause();
    }
  }

  private synchronized boolean superviseOnce() {
    if (closed) {
      return false;
    }
    for (int i = 0; i < taskManagers.length; i++) {
      if (!taskManagers[i].isAlive()) {
        startTaskManager(i);
      }
    }
    if (job != null && !jobManager.isAlive()) {
      startJobManager();
    }
    return true;
  }

  private void startJobManager() {
    List<String> arguments = new ArrayList<>(properties(settings));
    arguments.add("-Dparallelism.default=" + job.parallelism());
    arguments.addAll(job.arguments());
    jobManager = run("jobmanager-" + started++, JOB_MANAGER, arguments, JOB_MANAGER_MEGABYTES);
  }

  private void startTaskManager(int index) {
    List<String> arguments = new ArrayList<>(List.of("--configDir", emptyConfiguration()));
    arguments.addAll(properties(settings));
    arguments.addAll(properties(MEMORY));
    arguments.add("-Dtaskmanager.memory.task.heap.size=" + (memory.heapMegabytes() - 64) + "m");
    arguments.add("-Dtaskmanager.memory.managed.size=" + memory.managedMegabytes() + "m");
    taskManagers[index] =
        run(
            "taskmanager-" + index + "-" + started++,
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            arguments,
            memory.heapMegabytes());
  }

  private static List<String> properties(List<String> settings) {
    return settings.stream().map(each -> "-D" + each).toList();
  }

  private String emptyConfiguration() {
    try {
      Path configuration = Files.createDirectories(folder.resolve("flink-conf"));
      Files.writeString(configuration.resolve("config.yaml"), "env.java.home: .\n");
      return configuration.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("Flink's configuration could not be written", e);
    }
  }

  private JavaProcess run(String name, String mainClass, List<String> arguments, int megabytes) {
    List<String> flags = new ArrayList<>(LocalStack.FLINK_OPENS);
    flags.addAll(
        List.of(
            "-Xmx" + megabytes + "m",
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+ExitOnOutOfMemoryError"));
    return JavaProcess.start(
        new JavaProcess.Command(
            name,
            Installation.streamingJob(),
            mainClass,
            arguments,
            flags,
            LocalDynamoDb.CREDENTIALS),
        folder);
  }

  URI address() {
    return URI.create("http://localhost:" + restPort);
  }

  /** Kills a taskmanager. The supervisor starts a new one. */
  synchronized void killTaskManager(int index) {
    taskManagers[index].kill();
  }

  /** Kills all taskmanagers at once. */
  synchronized void killTaskManagers() {
    Stream.of(taskManagers).forEach(JavaProcess::kill);
  }

  /** Kills the jobmanager. The supervisor starts a new one. */
  synchronized void killJobManager() {
    jobManager.kill();
  }

  /** Kills all processes at once. */
  synchronized void killAll() {
    killJobManager();
    killTaskManagers();
  }

  /** The number of taskmanagers. */
  int size() {
    return taskManagers.length;
  }

  synchronized Job job() {
    return job;
  }

  /** The number of processes that were started. */
  synchronized int started() {
    return started;
  }

  /**
   * Stops a job, and waits until its jobmanager has ended.
   *
   * @param stop stops the job with a savepoint
   */
  void stop(Runnable stop) {
    JavaProcess stopped;
    synchronized (this) {
      job = null;
      stopped = jobManager;
    }
    stop.run();
    Await.until("the end of the stopped jobmanager", STOP_LIMIT, () -> !stopped.isAlive());
  }

  /** Starts a job that was stopped or is down, from its newest savepoint or checkpoint. */
  synchronized void resume(Job next) {
    job = next;
    startJobManager();
  }

  /** Kills all processes. The job stays down until it is resumed. */
  synchronized Job killForLong() {
    Job killed = job;
    job = null;
    killAll();
    return killed;
  }

  /**
   * Starts a job that must refuse to start, and waits until its jobmanager has ended.
   *
   * @return the last lines of its log
   */
  String refusal(Job refused) {
    JavaProcess starting;
    synchronized (this) {
      resume(refused);
      starting = jobManager;
      // Prevents the supervisor from restarting it.
      job = null;
    }
    Await.until("the end of a job that may not start", STOP_LIMIT, () -> !starting.isAlive());
    return starting.logTail(LOG_LINES);
  }

  /** From now on, a killed jobmanager is restarted with different arguments. */
  synchronized void goOnAs(Job next) {
    job = next;
  }

  /**
   * The peak resident memory of all taskmanagers so far, in MB; 0 if the system does not report it.
   */
  synchronized long largestTaskManagerMegabytes() {
    return Arrays.stream(taskManagers)
        .mapToLong(each -> ResidentMemory.peakMegabytes(each.pid()))
        .max()
        .orElse(0);
  }

  @Override
  public synchronized void close() {
    closed = true;
    Stream.concat(Stream.ofNullable(jobManager), Stream.of(taskManagers))
        .filter(process -> process != null)
        .forEach(JavaProcess::close);
  }
}
