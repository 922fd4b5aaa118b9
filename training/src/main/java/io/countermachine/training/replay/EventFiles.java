package io.countermachine.training.replay;

import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.training.requests.Lines;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Files of events, divided into parts that several tasks can read. */
public final class EventFiles implements EventInput {
  /** The size of a part of an uncompressed file. */
  private static final long PART_BYTES = 32L << 20;

  private final List<Part> parts;
  private final String arrivalField;

  private EventFiles(List<Part> parts, String arrivalField) {
    this.parts = parts;
    this.arrivalField = arrivalField;
  }

  /**
   * A file, or all files of a folder and its subfolders. Names that begin with a dot or an
   * underscore are skipped.
   *
   * @param path a path in any of Flink's file systems
   * @param arrivalField the events' field with the time at which they arrived; null for none
   * @throws IllegalStateException if there is no such file
   */
  public static EventFiles of(String path, String arrivalField) {
    return new EventFiles(parts(path), arrivalField);
  }

  @Override
  public DataStream<SourceRecord> records(StreamExecutionEnvironment env) {
    return env.fromCollection(parts, TypeInformation.of(Part.class))
        .name("files")
        .rebalance()
        .flatMap(new ReadEvents(arrivalField))
        .returns(TypeInformation.of(SourceRecord.class))
        .name("read");
  }

  /**
   * A part of a file of JSON lines: the lines that begin in it.
   *
   * @param from the offset of the part's first byte
   * @param to the offset after its last byte; {@link Long#MAX_VALUE} for a compressed file, which
   *     is read as a whole
   */
  public record Part(String file, long from, long to) implements Serializable {}

  private static List<Part> parts(String path) {
    List<Part> parts = new ArrayList<>();
    try {
      Path root = new Path(path);
      FileSystem files = root.getFileSystem();
      if (!files.exists(root)) {
        throw new IllegalStateException(
            "--events %s: there is no such file or folder".formatted(path));
      }
      collect(files, files.getFileStatus(root), parts);
    } catch (IOException e) {
      throw new IllegalStateException("--events %s: %s".formatted(path, e), e);
    }
    if (parts.isEmpty()) {
      throw new IllegalStateException("--events %s: there are no events".formatted(path));
    }
    return parts;
  }

  private static void collect(FileSystem files, FileStatus status, List<Part> parts)
      throws IOException {
    if (status.isDir()) {
      FileStatus[] inside = files.listStatus(status.getPath());
      for (FileStatus each : inside == null ? new FileStatus[0] : inside) {
        String name = each.getPath().getName();
        if (!name.startsWith(".") && !name.startsWith("_")) {
          collect(files, each, parts);
        }
      }
      return;
    }
    String file = status.getPath().toString();
    if (Lines.isPacked(file)) {
      parts.add(new Part(file, 0, Long.MAX_VALUE));
      return;
    }
    for (long from = 0; from < status.getLen(); from += PART_BYTES) {
      parts.add(new Part(file, from, Math.min(from + PART_BYTES, status.getLen())));
    }
  }
}
