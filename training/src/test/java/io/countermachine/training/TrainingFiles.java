package io.countermachine.training;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.local.cli.LocalCommand;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A folder with a catalog, events, requests and rows, in which the command runs. */
final class TrainingFiles {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  TrainingFiles(Path folder, String catalog) throws IOException {
    this.folder = folder;
    write("catalog.yaml", catalog);
  }

  /** The path of a file or folder in it. */
  String path(String name) {
    return folder.resolve(name).toString();
  }

  /** Writes a file, and returns its path. */
  String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  /** Runs the command with the catalog, and returns its exit code. */
  int run(String... options) {
    List<String> arguments =
        new ArrayList<>(List.of("--catalog", path("catalog.yaml"), "--parallelism", "2"));
    arguments.addAll(List.of(options));
    out.reset();
    err.reset();
    return LocalCommand.execute(
        new TrainingCommand(),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        arguments.toArray(String[]::new));
  }

  /** Runs the command with events and requests in JSON lines, and returns its exit code. */
  int runOver(String events, String requests, String... options) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--events",
                write("events.jsonl", events),
                "--requests",
                write("requests.jsonl", requests),
                "--out",
                path("rows.jsonl")));
    arguments.addAll(List.of(options));
    return run(arguments.toArray(String[]::new));
  }

  /** Runs the command with events and requests in JSON lines, and returns the rows. */
  List<JsonNode> train(String events, String requests, String... options) throws IOException {
    assertThat(runOver(events, requests, options)).as(err()).isZero();
    return rows();
  }

  /** The rows of {@code rows.jsonl}. */
  List<JsonNode> rows() throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("rows.jsonl"))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  /** The output of the last run. */
  String out() {
    return out.toString(UTF_8);
  }

  /** The error output of the last run. */
  String err() {
    return err.toString(UTF_8);
  }
}
