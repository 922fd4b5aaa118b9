package io.countermachine.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** The options of commands, from files that the {@code counter-machine} script prints as well. */
public final class Usage {
  private Usage() {}

  /** The lines below a heading of a command's usage, up to the next line that is not indented. */
  public static List<String> listedIn(String command, String heading) {
    List<String> lines = of(command).lines().toList();
    return lines.stream()
        .skip(lines.indexOf(heading) + 1L)
        .takeWhile(line -> line.startsWith("  "))
        .map(String::strip)
        .toList();
  }

  /** The usage of a command, or of a benchmark as {@code bench-NAME}. */
  public static String of(String command) {
    try (InputStream text = Usage.class.getResourceAsStream("/usage/" + command + ".txt")) {
      return new String(text.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the usage of " + command + " cannot be read", e);
    }
  }
}
