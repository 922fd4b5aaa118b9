package io.countermachine.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.deadletters.Reason;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the {@code counter-machine} script in a checkout without any build, with a Maven and a Java
 * that only record that they were started.
 */
class CommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir private Path folder;
  private Path started;
  private Path go;
  private int runs;

  @BeforeEach
  void layOut() throws IOException {
    Path root = Installation.root();
    copy(root, Path.of("counter-machine"));
    copy(root, Path.of("pom.xml"));
    try (Stream<Path> modules = Files.list(root)) {
      for (Path module : modules.toList()) {
        Path texts = module.resolve("src/main/resources/usage");
        if (Files.isDirectory(texts)) {
          try (Stream<Path> files = Files.list(texts)) {
            for (Path text : files.toList()) {
              copy(root, root.relativize(text));
            }
          }
        }
      }
    }
    started = folder.resolve("started");
    go = folder.resolve("go");
    tool("java", "[[ $* == -XshowSettings* ]] && echo '  java.specification.version = 17' >&2");
    tool("javac", "true");
    tool("mvn", "echo mvn >> '" + started + "'; until [ -f '" + go + "' ]; do sleep 0.1; done");
  }

  private void copy(Path root, Path file) throws IOException {
    Path copy = folder.resolve(file);
    Files.createDirectories(copy.getParent());
    Files.copy(root.resolve(file), copy);
  }

  private void tool(String name, String script) throws IOException {
    Path tool = Files.createDirectories(folder.resolve("bin")).resolve(name);
    Files.writeString(tool, "#!/usr/bin/env bash\n" + script + "\n");
    assertThat(tool.toFile().setExecutable(true)).isTrue();
  }

  private record Run(Process process, Path output) {
    String text() {
      try {
        return Files.readString(output);
      } catch (IOException e) {
        throw new IllegalStateException(e);
      }
    }

    int code() throws InterruptedException {
      assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }
  }

  private Run start(String... arguments) throws IOException {
    List<String> line = new ArrayList<>(List.of(folder.resolve("counter-machine").toString()));
    line.addAll(List.of(arguments));
    Path output = folder.resolve("output-" + runs++);
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().merge("PATH", folder.resolve("bin") + ":", (old, own) -> own + old);
    return new Run(builder.start(), output);
  }

  private long mavens() throws IOException {
    return Files.exists(started) ? Files.readAllLines(started, UTF_8).size() : 0;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "help",
        "--help",
        "demo --help",
        "torture -h",
        "check --help",
        "diff --help",
        "show --help",
        "show user u1 --help",
        "dead-letters --help",
        "key --help",
        "build --help",
        "bench --help",
        "bench serving --help",
        "bench pipeline --smoke --help"
      })
  void help_isAnswered_beforeAnyBuild(String arguments) throws Exception {
    Run run = start(arguments.split(" ", -1));

    assertThat(run.code()).isZero();
    assertThat(run.text()).contains("usage: counter-machine");
    assertThat(mavens()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "demo --speed 5",
        "demo --port many",
        "demo --port 65536",
        "demo --rate 0",
        "demo --catalog",
        "demo events.jsonl",
        "torture --minutes x",
        "torture --backend disk",
        "torture --only",
        "check",
        "check one two",
        "diff",
        "diff one",
        "diff one two three",
        "show user",
        "show user u1 --tabel x",
        "dead-letters --limit -1",
        "dead-letters --reason bad_keys",
        "dead-letters x",
        "key",
        "key a/b",
        "key unknown",
        "build all",
        "bench nothing",
        "bench serving --seconds soon",
        "bench --events 3"
      })
  void wrongUsage_exitsWithTwo_beforeAnyBuild(String arguments) throws Exception {
    Run run = start(arguments.split(" ", -1));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.text()).contains("counter-machine");
    assertThat(mavens()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "-wNyEUrxzFU"})
  void key_mayBeginWithADash(String key) throws Exception {
    Files.createFile(go);
    Run run = start("show", "user", key);

    assertThat(run.code()).isNotEqualTo(2);
    assertThat(run.text()).doesNotContain("option");
    assertThat(mavens()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "diff pom.xml", "demo --catalog", "demo --input"})
  void fileThatIsNotThere_exitsWithOne_beforeAnyBuild(String command) throws Exception {
    Run run = start((command + " nowhere.yaml").split(" ", -1));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.text()).contains("nowhere.yaml", "there is no such file");
    assertThat(mavens()).isZero();
  }

  @Test
  void secondCommand_waitsForTheBuildOfTheFirst_andSaysSo() throws Exception {
    Run first = start("build");
    Await.until("the first build", LIMIT, () -> first.text().contains("building all modules"));
    Await.until("its Maven", LIMIT, () -> Files.exists(started));
    Run second = start("build");
    Await.until(
        "the second's words", LIMIT, () -> second.text().contains("is building here; waiting"));
    Files.createFile(go);

    assertThat(first.code()).isZero();
    assertThat(second.code()).isZero();
    assertThat(mavens()).isEqualTo(1);
    assertThat(start("build").code()).isZero();
    assertThat(mavens()).as("what is built is not built again").isEqualTo(1);
  }

  @Test
  void reasonsOfTheUsage_areThoseOfTheJob() {
    assertThat(usage("dead-letters"))
        .contains("  --reason " + String.join("|", Reason.labels()) + "\n");
  }

  @Test
  void usageOfTorture_namesEveryFault() {
    assertThat(usage("torture")).contains("\n  taskmanager killed\n", "\n  store away\n");
  }

  private static String usage(String command) {
    return CounterMachine.commandLine().getSubcommands().get(command).getUsageMessage();
  }

  /**
   * The script prints these files, so that help needs no build. They must equal the commands' own
   * help.
   */
  @Test
  void usageFiles_areTheCommandsOwn() throws Exception {
    Path written = Files.createDirectories(Path.of("target/usage"));
    for (String name : CounterMachine.commandLine().getSubcommands().keySet()) {
      Path file = Files.writeString(written.resolve(name + ".txt"), usage(name));

      assertThat(
              Installation.root().resolve("local-stack/src/main/resources/usage/" + name + ".txt"))
          .as("copy it from local-stack/" + file)
          .hasContent(usage(name));
    }
  }

  @Test
  void option_isSuggested_whenItIsMistyped_beforeAnyBuild() throws Exception {
    Run run = start("demo", "--kafka-prot", "9092");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.text())
        .startsWith(
            "counter-machine demo: unknown option --kafka-prot; did you mean --kafka-port?\n");
    assertThat(mavens()).isZero();
  }
}
