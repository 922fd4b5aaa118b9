package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetainedCheckpointsTest {
  @TempDir private Path folder;

  private void complete(String name, long millis) throws IOException {
    Path metadata = Files.createDirectories(folder.resolve(name)).resolve("_metadata");
    Files.setLastModifiedTime(Files.writeString(metadata, "x"), FileTime.fromMillis(millis));
  }

  private String newest() throws IOException {
    return RetainedCheckpoints.newest(List.of(folder.toUri().toString()))
        .map(path -> folder.relativize(Path.of(java.net.URI.create(path).getPath())).toString())
        .orElse("none");
  }

  @Test
  void newestCompleted_isFound_amongCheckpointsAndSavepoints() throws IOException {
    complete("job1/chk-9", 1_000);
    complete("job2/chk-2", 3_000);
    complete("savepoint-abc", 2_000);
    Files.createDirectories(folder.resolve("job2/chk-3"));
    assertThat(newest()).isEqualTo("job2/chk-2");
    complete("savepoint-def", 4_000);
    assertThat(newest()).isEqualTo("savepoint-def");
  }

  @Test
  void missingOrEmptyFolder_hasNone() throws IOException {
    assertThat(newest()).isEqualTo("none");
    assertThat(RetainedCheckpoints.newest(List.of(folder.resolve("nowhere").toUri().toString())))
        .isEmpty();
  }
}
