package io.countermachine.bench.serving;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines that a growing file has gained since the last look. */
final class LogTail {
  private final Path file;
  private int read;

  LogTail(Path file) {
    this.file = file;
  }

  List<String> newLines() {
    try {
      String text = Files.readString(file);
      int end = text.lastIndexOf('\n') + 1;
      List<String> lines = text.substring(Math.min(read, end), end).lines().toList();
      read = end;
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
