package io.countermachine.bench.redis;

import io.countermachine.bench.workload.ReadyValues;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Redis of this machine, in memory alone and only for this machine. The kernel kills it when the
 * thread that started it ends, also if this process is killed.
 */
public final class RedisServer implements AutoCloseable {
  private static final String PROGRAM = "redis-server";

  /** Sets the signal of a parent's death, and then becomes the program that follows. */
  private static final String WITH_PARENT = "setpriv";

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final int PIPELINE = 1_000;

  private final Process process;
  private final int port;

  private RedisServer(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Whether {@code PATH} has what {@link #start} needs. */
  public static boolean isInstalled() {
    return program(PROGRAM).isPresent() && program(WITH_PARENT).isPresent();
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one on a free port and waits until it listens; its log goes below a folder. */
  public static RedisServer start(Path folder) {
    int port = Ports.free();
    try {
      Path log = Files.createDirectories(folder.resolve("logs")).resolve("redis.log");
      Process process =
          new ProcessBuilder(
                  WITH_PARENT,
                  "--pdeathsig",
                  "KILL",
                  PROGRAM,
                  "--bind",
                  "127.0.0.1",
                  "--port",
                  Integer.toString(port),
                  "--save",
                  "",
                  "--appendonly",
                  "no",
                  "--dir",
                  folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      RedisServer server = new RedisServer(process, port);
      try {
        Await.until(
            "the start of " + PROGRAM,
            LIMIT,
            () -> {
              if (!process.isAlive()) {
                throw new IllegalStateException("%s ended; its log is %s".formatted(PROGRAM, log));
              }
              return Ports.listens(port);
            });
      } catch (RuntimeException e) {
        server.close();
        throw e;
      }
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("could not start " + PROGRAM, e);
    }
  }

  public int port() {
    return port;
  }

  /** Redis's own process. */
  public long pid() {
    return process.pid();
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
    JavaProcess.end(process);
  }
}
