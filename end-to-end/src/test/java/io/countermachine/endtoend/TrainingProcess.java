package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.process.Installation;
import io.countermachine.local.stack.LocalStack;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs {@code training} or another command of its module in its own process. */
final class TrainingProcess {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double TOLERANCE = 1e-9;

  private TrainingProcess() {}

  /**
   * The result of a command.
   *
   * @param code its exit code
   * @param text its output
   */
  record Said(int code, String text) {}

  /** Creates a training set, and returns the command's output. */
  static String run(Path folder, String... options) throws IOException, InterruptedException {
    Said said = command(folder, "training", options);
    assertThat(said.code()).as(said.text()).isZero();
    return said.text();
  }

  /** Runs a command. */
  static Said command(Path folder, String command, String... options)
      throws IOException, InterruptedException {
    Process process = start(folder, command, options);
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return new Said(process.exitValue(), Files.readString(log(folder, command)));
  }

  private static Path log(Path folder, String command) {
    return folder.resolve(command + ".log");
  }

  /** Starts a command. */
  static Process start(Path folder, String command, String... options) throws IOException {
    Path target = Installation.root().resolve("training/target");
    List<String> line =
        new ArrayList<>(List.of(ProcessHandle.current().info().command().orElseThrow()));
    line.addAll(LocalStack.FLINK_OPENS);
    line.addAll(
        List.of(
            "-Xmx1g",
            "-cp",
            String.join(
                File.pathSeparator,
                target.resolve("training.jar").toString(),
                target.resolve("lib") + "/*",
                target.resolve("flink") + "/*"),
            "io.countermachine.training.Training",
            command));
    line.addAll(List.of(options));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(log(folder, command).toFile())
        .start();
  }

  /** The rows of a file of JSON lines. */
  static List<JsonNode> rows(Path file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String row : Files.readAllLines(file)) {
      rows.add(JSON.readTree(row));
    }
    return rows;
  }

  /** Returns true if a row's value equals the one in the response. */
  static boolean isSame(JsonNode row, JsonNode answer) {
    if (answer.isNumber()) {
      double expected = answer.asDouble();
      return row.isNumber()
          && Math.abs(row.asDouble() - expected) <= TOLERANCE * Math.max(1e-3, Math.abs(expected));
    }
    return answer.isObject()
        ? row.size() == answer.size()
            && answer.properties().stream()
                .allMatch(entry -> isSame(row.path(entry.getKey()), entry.getValue()))
        : row.equals(answer);
  }

  /** Asserts that a row's value equals the one in the response. */
  static void assertSame(JsonNode row, JsonNode answer, String what) {
    if (answer.isNumber()) {
      assertThat(row.isNumber()).as(what).isTrue();
      double expected = answer.asDouble();
      assertThat(row.asDouble())
          .as(what)
          .isCloseTo(expected, within(TOLERANCE * Math.max(1e-3, Math.abs(expected))));
    } else if (answer.isObject()) {
      assertThat(row.size()).as(what).isEqualTo(answer.size());
      answer
          .properties()
          .forEach(entry -> assertSame(row.path(entry.getKey()), entry.getValue(), what + entry));
    } else {
      assertThat(row).as(what).isEqualTo(answer);
    }
  }
}
