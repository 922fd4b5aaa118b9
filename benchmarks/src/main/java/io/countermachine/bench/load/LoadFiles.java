package io.countermachine.bench.load;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The plans of a load generator and their results, numbered from 0, as files of a folder. */
public final class LoadFiles {
  private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final ObjectMapper json = new ObjectMapper();
  private final Path folder;

  public LoadFiles(Path folder) {
    this.folder = folder;
  }

  public void writePlan(int number, LoadPlan plan) {
    write(plan(number), plan);
  }

  LoadPlan awaitPlan(int number) {
    while (!Files.exists(plan(number))) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    return read(plan(number), LoadPlan.class);
  }

  void writeResult(int number, LoadResult result) {
    write(result(number), result);
  }

  public boolean hasResult(int number) {
    return Files.exists(result(number));
  }

  public LoadResult readResult(int number) {
    return read(result(number), LoadResult.class);
  }

  private Path plan(int number) {
    return folder.resolve("plan-" + number + ".json");
  }

  private Path result(int number) {
    return folder.resolve("result-" + number + ".json");
  }

  /** Whoever sees the file sees all of it. */
  private void write(Path file, Object content) {
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.write(part, json.writeValueAsBytes(content));
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private <T> T read(Path file, Class<T> type) {
    try {
      return json.readValue(file.toFile(), type);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
