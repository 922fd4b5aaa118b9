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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink as it is deployed: a jobmanager in application mode and taskmanagers, a process each, and a
 * supervisor that starts again what has ended. No high-availability service: a new jobmanager finds
 * the newest retained checkpoint by itself.
 */
final class FlinkCluster implements AutoCloseable {
  private static final int SLOTS = 2;

  /** By name, because the class cannot be loaded without Flink. */
  private static final String JOB_MANAGER = FlinkCluster.class.getPackageName() + ".JobManagerMain";

  private static final int LOG_LINES = 200;
  private static final Duration STOP_LIMIT = Duration.ofMinutes(2);

  /**
   * How the job runs.
   *
   * @param arguments the job's own arguments
   * @param parallelism of every operator
   */
  record Job(List<String> arguments, int parallelism) {}

  /**
   * What a taskmanager gets.
   *
   * @param heapMegabytes the JVM's heap
   * @param managedMegabytes off the heap, for RocksDB
   */
  record Memory(int heapMegabytes, int managedMegabytes) {}

  private final Path folder;
  private final int rpcPort = Ports.free();
  private final int restPort = Ports.free();
  private final Memory memory;
  private final Map<String, String> settings;
  private final JavaProcess[] taskManagers;
  private final Thread supervisor = new Thread(this::supervise, "flink-supervisor");
  private JavaProcess jobManager;
  private Job job;
  private int started;
  private boolean closed;

  /** Prepares a cluster of which nothing runs yet. */
  FlinkCluster(Path folder, int taskManagers, Memory memory, Map<String, String> settings) {
    this.folder = folder;
    this.memory = memory;
    this.taskManagers = new JavaProcess[taskManagers];
    this.settings = new LinkedHashMap<>(shared());
    this.settings.putAll(settings);
    supervisor.setDaemon(true);
  }

  private Map<String, String> shared() {
    Map<String, String> shared = new LinkedHashMap<>();
    shared.put("jobmanager.rpc.address", "localhost");
    shared.put("jobmanager.rpc.port", Integer.toString(rpcPort));
    shared.put("rest.port", Integer.toString(restPort));
    shared.put("rest.bind-port", Integer.toString(restPort));
    shared.put("rest.address", "localhost");
    shared.put("taskmanager.host", "localhost");
    shared.put("rest.bind-address", "127.0.0.1");
    shared.put("jobmanager.bind-host", "127.0.0.1");
    shared.put("taskmanager.bind-host", "127.0.0.1");
    shared.put("web.submit.enable", "false");
    shared.put("web.cancel.enable", "false");
    shared.put("execution.checkpointing.interval", "2s");
    shared.put("execution.checkpointing.timeout", "2min");
    shared.put("execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    shared.put(
        "execution.checkpointing.savepoint-dir", folder.resolve("savepoints").toUri().toString());
    shared.put("heartbeat.interval", "1000");
    shared.put("heartbeat.timeout", "10000");
    shared.put("restart-strategy.type", "exponential-delay");
    shared.put("restart-strategy.exponential-delay.initial-backoff", "1s");
    shared.put("restart-strategy.exponential-delay.max-backoff", "10s");
    shared.put("metrics.fetcher.update-interval", "500 ms");
    // Or metrics wait for ten minutes for a taskmanager that was killed.
    shared.put("web.timeout", "5 s");
    shared.put("taskmanager.load-balance.mode", "SLOTS");
    return shared;
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
    List<String> arguments = new ArrayList<>(properties("-D", settings));
    arguments.add("-Dparallelism.default=" + job.parallelism());
    arguments.addAll(job.arguments());
    jobManager = run("jobmanager-" + started++, JOB_MANAGER, arguments, 400);
  }

  private void startTaskManager(int index) {
    List<String> arguments = new ArrayList<>(List.of("--configDir", emptyConfiguration()));
    arguments.addAll(properties("-D", settings));
    arguments.addAll(properties("-Dtaskmanager.memory.", memorySettings()));
    arguments.add("-Dtaskmanager.numberOfTaskSlots=" + SLOTS);
    arguments.add("-Dtaskmanager.cpu.cores=1");
    taskManagers[index] =
        run(
            "taskmanager-" + index + "-" + started++,
            "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
            arguments,
            memory.heapMegabytes());
  }

  private static List<String> properties(String prefix, Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> prefix + entry.getKey() + "=" + entry.getValue())
        .toList();
  }

  /** Flink's start scripts derive these from the process's size; without them all are needed. */
  private Map<String, String> memorySettings() {
    Map<String, String> sizes = new LinkedHashMap<>();
    sizes.put("framework.heap.size", "64m");
    sizes.put("task.heap.size", (memory.heapMegabytes() - 64) + "m");
    sizes.put("framework.off-heap.size", "64m");
    sizes.put("task.off-heap.size", "0m");
    sizes.put("network.min", "64m");
    sizes.put("network.max", "64m");
    sizes.put("jvm-metaspace.size", "192m");
    sizes.put("jvm-overhead.min", "128m");
    sizes.put("jvm-overhead.max", "128m");
    sizes.put("managed.size", memory.managedMegabytes() + "m");
    return sizes;
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

  private JavaProcess run(String name, String mainClass, List<String> arguments, int heap) {
    List<String> flags = new ArrayList<>(List.of("-Xmx" + heap + "m", "-Xshare:auto"));
    flags.add("-XX:TieredStopAtLevel=1");
    flags.add("-XX:+ExitOnOutOfMemoryError");
    flags.addAll(LocalStack.FLINK_OPENS);
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

  /** Kills a taskmanager; the supervisor starts another. */
  synchronized void killTaskManager(int index) {
    taskManagers[index].kill();
  }

  /** Kills every taskmanager at once. */
  synchronized void killTaskManagers() {
    for (JavaProcess taskManager : taskManagers) {
      taskManager.kill();
    }
  }

  /** Kills the jobmanager; the supervisor starts another. */
  synchronized void killJobManager() {
    jobManager.kill();
  }

  /** Kills every process at once. */
  synchronized void killAll() {
    jobManager.kill();
    killTaskManagers();
  }

  /** How many taskmanagers there are. */
  int size() {
    return taskManagers.length;
  }

  synchronized Job job() {
    return job;
  }

  /** How many processes were started. */
  synchronized int started() {
    return started;
  }

  /**
   * Resumes a job as told once it was stopped and its jobmanager has ended.
   *
   * @param stop stops the job with a savepoint
   */
  void stopAndResume(Runnable stop, Job next) {
    stop(stop);
    resume(next);
  }

  /**
   * Waits until a job was stopped and its jobmanager has ended.
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

  /** Kills every process; the job stays down until it is resumed. */
  synchronized Job killForLong() {
    Job killed = job;
    job = null;
    jobManager.kill();
    killTaskManagers();
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
      // Nobody starts it again.
      job = null;
    }
    Await.until("the end of a job that may not start", STOP_LIMIT, () -> !starting.isAlive());
    return starting.logTail(LOG_LINES);
  }

  /** From now on a killed jobmanager is started with other arguments. */
  synchronized void goOnAs(Job next) {
    job = next;
  }

  /** The largest resident memory of a taskmanager so far, MB; 0 where the system does not tell. */
  synchronized long largestTaskManagerMegabytes() {
    long largest = 0;
    for (JavaProcess taskManager : taskManagers) {
      largest = Math.max(largest, ResidentMemory.peakMegabytes(taskManager.pid()));
    }
    return largest;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (jobManager != null) {
        jobManager.close();
      }
      for (JavaProcess taskManager : taskManagers) {
        if (taskManager != null) {
          taskManager.close();
        }
      }
    }
  }
}
