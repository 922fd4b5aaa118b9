package io.countermachine.bench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs {@code counter-machine bench} in a folder without any build, with tools that only report
 * their call.
 */
class BenchCommandTest {
  private static final String USAGE = "benchmarks/src/main/resources/usage";
  private static final Set<String> ALL =
      Set.of(
          "serving",
          "faults",
          "pipeline",
          "scaling",
          "decay",
          "writes",
          "items",
          "answers",
          "windows",
          "restore",
          "training");

  @TempDir private Path folder;

  /** The output of the command, of both streams. */
  private record Said(int exitCode, String text) {}

  @BeforeEach
  void copy() throws IOException {
    Files.copy(Installation.root().resolve("counter-machine"), folder.resolve("counter-machine"));
    Path texts = Files.createDirectories(folder.resolve(USAGE));
    try (Stream<Path> files = Files.list(Installation.root().resolve(USAGE))) {
      for (Path file : files.toList()) {
        Files.copy(file, texts.resolve(file.getFileName()));
      }
    }
    Files.createDirectory(folder.resolve("bin"));
    for (String tool : List.of("java", "javac", "mvn")) {
      Path file = folder.resolve("bin").resolve(tool);
      Files.writeString(file, "#!/bin/sh\necho ' java.specification.version = 17'\necho \"$@\"\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
  }

  private Said run(String... arguments) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>(List.of("bash", folder + "/counter-machine"));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().merge("PATH", folder + "/bin", (path, bin) -> bin + ":" + path);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  private void pretendToBeBuilt() throws IOException {
    Path stamp = Files.createDirectory(folder.resolve("target")).resolve("counter-machine.built");
    FileTime later = FileTime.from(Instant.now().plus(1, ChronoUnit.HOURS));
    Files.setLastModifiedTime(Files.createFile(stamp), later);
  }

  @Test
  void unknownName_isRefusedWithThoseThatThereAre_beforeAnythingIsBuilt() throws Exception {
    Said said = run("bench", "nosuch");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.text()).startsWith("counter-machine: unknown benchmark nosuch; there are ");
    String names = said.text().substring(said.text().indexOf("are ") + 4).strip();
    assertThat(names.split(" ")).containsExactlyInAnyOrderElementsOf(ALL);
  }

  @Test
  void help_isTheBenchmarksUsage_beforeAnythingIsBuilt() throws Exception {
    for (String name : ALL) {
      Said said = run("bench", name, "--only", "x", "--help");

      assertThat(said.exitCode()).isZero();
      assertThat(said.text())
          .startsWith("usage: counter-machine bench ")
          .contains(name, "[options]\n", " --smoke ")
          .doesNotContain("java.specification");
    }
  }

  @Test
  void help_isEveryBenchmarksUsage_whenNoneIsNamed() throws Exception {
    Said said = run("bench", "-h");

    assertThat(said.exitCode()).isZero();
    assertThat(said.text().lines().filter(line -> line.startsWith("usage: "))).hasSize(ALL.size());
  }

  @Test
  void usageText_isTheCommands_soThatItCanBeReadBeforeAnythingIsBuilt() throws Exception {
    Path written = Files.createDirectories(Path.of("target/usage"));
    for (String name : ALL) {
      String usage = Bench.commandLine().getSubcommands().get(name).getUsageMessage();
      Path file = Files.writeString(written.resolve("bench-" + name + ".txt"), usage);

      assertThat(Installation.root().resolve(USAGE).resolve(file.getFileName()))
          .as("copy it from benchmarks/" + file)
          .hasContent(usage);
    }
    assertThat(Bench.commandLine().getSubcommands()).containsOnlyKeys(ALL);
  }

  @Test
  void everyBenchmark_isStartedByItsName() throws Exception {
    pretendToBeBuilt();
    for (String name : ALL) {
      assertThat(run("bench", name, "--smoke").text())
          .endsWith(" " + Bench.class.getName() + " " + name + " --smoke\n");
    }
  }

  @Test
  void option_isSuggested_whenItIsMistyped_beforeAnythingIsBuilt() throws Exception {
    Said said = run("bench", "pipeline", "--evnets", "5000");

    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.text())
        .startsWith(
            "counter-machine bench pipeline: unknown option --evnets; did you mean --events?\n")
        .contains("usage: counter-machine bench pipeline [options]");
    assertThat(run("bench", "pipeline", "--colour").text())
        .startsWith("counter-machine bench pipeline: unknown option --colour\n");
  }

  @Test
  void serving_isMeasured_whenNoneIsNamed() throws Exception {
    pretendToBeBuilt();

    assertThat(run("bench", "--rate", "9").text())
        .endsWith(" io.countermachine.bench.Bench serving --rate 9\n");
  }

  @Test
  void commandsHelp_namesEveryBenchmark() throws Exception {
    String help = run("help").text();
    String names = help.replaceFirst("(?s).*\n  bench \\[([a-z|]*)].*", "$1");

    assertThat(names.split("\\|")).containsExactlyInAnyOrderElementsOf(ALL);
  }
}
