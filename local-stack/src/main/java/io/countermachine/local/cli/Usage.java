package io.countermachine.local.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The options of commands, from files that the {@code counter-machine} script prints as well. */
public final class Usage {
  private Usage() {}

  /** The usage of a command, or of a benchmark as {@code bench-NAME}. */
  public static String of(String command) {
    try (InputStream text = Usage.class.getResourceAsStream("/usage/" + command + ".txt")) {
      return new String(text.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the usage of " + command + " cannot be read", e);
    }
  }
}
