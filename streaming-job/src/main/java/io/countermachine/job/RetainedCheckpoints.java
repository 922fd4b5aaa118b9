package io.countermachine.job;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** Finds completed checkpoints and savepoints below a job's checkpoint and savepoint folders. */
final class RetainedCheckpoints {
  /** Flink writes this file last, so a folder that has it is complete. */
  private static final String METADATA = "_metadata";

  private record Retained(Path folder, long completedMillis) {}

  private RetainedCheckpoints() {}

  /** The newest completed one below any of the folders, which need not exist. */
  static Optional<String> newest(List<String> folders) throws IOException {
    Optional<Retained> newest = Optional.empty();
    for (String folder : folders) {
      Path path = new Path(folder);
      // FOLDER/savepoint-… and FOLDER/JOB-ID/chk-N
      for (FileStatus child : foldersIn(path)) {
        newest = newer(newest, completed(child.getPath()));
        for (FileStatus grandchild : foldersIn(child.getPath())) {
          newest = newer(newest, completed(grandchild.getPath()));
        }
      }
    }
    return newest.map(retained -> retained.folder().toString());
  }

  private static Optional<Retained> newer(Optional<Retained> one, Optional<Retained> other) {
    return Stream.of(one, other)
        .flatMap(Optional::stream)
        .max(Comparator.comparingLong(Retained::completedMillis));
  }

  private static Optional<Retained> completed(Path folder) throws IOException {
    Path metadata = new Path(folder, METADATA);
    FileSystem files = metadata.getFileSystem();
    return files.exists(metadata)
        ? Optional.of(new Retained(folder, files.getFileStatus(metadata).getModificationTime()))
        : Optional.empty();
  }

  private static List<FileStatus> foldersIn(Path folder) throws IOException {
    FileSystem files = folder.getFileSystem();
    try {
      FileStatus[] children = files.exists(folder) ? files.listStatus(folder) : null;
      return children == null ? List.of() : Stream.of(children).filter(FileStatus::isDir).toList();
    } catch (FileNotFoundException removed) {
      // An older checkpoint may be deleted while we search.
      return List.of();
    }
  }
}
