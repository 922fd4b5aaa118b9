package io.countermachine.bench.redis;

import io.countermachine.bench.workload.ReadyValues;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Redis of this machine, in memory alone and only for this machine. It does not outlive this
 * process: a shell ends it when the shell's input does.
 */
public final class RedisServer implements AutoCloseable {
  private static final String PROGRAM = "redis-server";
  private static final String UNTIL_INPUT_ENDS = "\"$@\" & read -r end; kill $!; wait";
  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PIPELINE = 1_000;

  private final Process shell;
  private final int port;

  private RedisServer(Process shell, int port) {
    this.shell = shell;
    this.port = port;
  }

  /** The program, from {@code PATH}; empty where there is none. */
  public static Optional<Path> program() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, PROGRAM))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one on a free port and waits until it listens; its log goes below a folder. */
  public static RedisServer start(Path program, Path folder) {
    int port = Ports.free();
    try {
      Path log = Files.createDirectories(folder.resolve("logs")).resolve("redis.log");
      Process shell =
          new ProcessBuilder(
                  List.of(
                      "sh",
                      "-c",
                      UNTIL_INPUT_ENDS,
                      "sh",
                      program.toString(),
                      "--bind",
                      "127.0.0.1",
                      "--port",
                      Integer.toString(port),
                      "--save",
                      "",
                      "--appendonly",
                      "no",
                      "--dir",
                      folder.toString()))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      RedisServer server = new RedisServer(shell, port);
      Await.until(
          "the start of " + PROGRAM,
          LIMIT,
          () -> {
            if (!shell.isAlive()) {
              throw new IllegalStateException("%s ended; its log is %s".formatted(PROGRAM, log));
            }
            return server.listens();
          });
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + PROGRAM, e);
    }
  }

  private boolean listens() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException notYet) {
      return false;
    }
  }

  public int port() {
    return port;
  }

  /** Redis's own process. */
  public long pid() {
    return shell
        .children()
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(PROGRAM + " has ended"))
        .pid();
  }

  /** Writes a hash of each key; gives how many. */
  public int fill(Iterable<ReadyValues> all) {
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      connection.setAutoFlushCommands(false);
      List<RedisFuture<Long>> writes = new ArrayList<>();
      int written = 0;
      for (ReadyValues values : all) {
        String hash = RedisService.hash(values.key().group(), values.key().key());
        writes.add(connection.async().hset(hash, values.texts()));
        written++;
        if (writes.size() == PIPELINE) {
          finish(connection, writes);
        }
      }
      finish(connection, writes);
      return written;
    } finally {
      client.shutdown();
    }
  }

  private static void finish(
      StatefulRedisConnection<String, String> connection, List<RedisFuture<Long>> writes) {
    connection.flushCommands();
    if (!LettuceFutures.awaitAll(LIMIT, writes.toArray(RedisFuture[]::new))) {
      throw new IllegalStateException(PROGRAM + " does not answer");
    }
    writes.clear();
  }

  @Override
  public void close() {
    Optional<ProcessHandle> redis = shell.children().findFirst();
    try {
      shell.getOutputStream().close();
      if (!shell.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        redis.ifPresent(ProcessHandle::destroyForcibly);
        shell.destroyForcibly().waitFor();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      redis.ifPresent(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
