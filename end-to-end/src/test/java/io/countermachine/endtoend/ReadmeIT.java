package io.countermachine.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.local.process.Await;
import io.countermachine.local.process.Installation;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.process.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands that README.md tells its readers to type, in order and with the artifacts of
 * this build. It uses other ports. If a command takes hours or needs containers, it runs only the
 * beginning. A command that this test does not know makes it fail.
 */
class ReadmeIT {
  private static final Duration START = Duration.ofMinutes(4);
  private static final int PATIENCE_SECONDS = 120;
  private static final Pattern VARIABLE = Pattern.compile("`([A-Z]+(?:_[A-Z]+)*)[`=]");

  /** A reader's checkout after a complete build. */
  @TempDir private Path folder;

  private final List<String> ports = new ArrayList<>();
  private String servicePort;
  private Process demo;
  private Path demoOutput;

  @BeforeEach
  void layOut() throws IOException {
    Path root = Installation.root();
    try (Stream<Path> entries = Files.list(root)) {
      for (Path entry : entries.toList()) {
        String name = entry.getFileName().toString();
        if (name.equals("counter-machine")) {
          Files.copy(entry, folder.resolve(name));
        } else if (!name.equals("target")) {
          Files.createSymbolicLink(folder.resolve(name), entry);
        }
      }
    }
    Files.createFile(
        Files.createDirectories(folder.resolve("target")).resolve("counter-machine.built"));
    for (String option :
        List.of(
            "--port",
            "--console-port",
            "--kafka-port",
            "--dynamodb-port",
            "--flink-port",
            "--grpc-port")) {
      ports.addAll(List.of(option, Integer.toString(Ports.free())));
    }
    servicePort = ports.get(1);
  }

  @AfterEach
  void stop() throws Exception {
    if (demo != null) {
      stopDemo();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      for (Path link : entries.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    }
  }

  @Test
  void everyCommand_works() throws Exception {
    ReadmeCommands readme =
        ReadmeCommands.of(Files.readAllLines(Installation.root().resolve("README.md")));
    Files.writeString(folder.resolve("my-catalog.yaml"), readme.firstCatalog());

    assertThat(readme.commands()).hasSizeGreaterThan(8);
    for (String command : readme.commands()) {
      run(command);
    }
  }

  private void run(String command) throws Exception {
    if (command.startsWith("./counter-machine demo")) {
      startDemo(command);
    } else if (command.startsWith("curl ")) {
      // Fail on an error response.
      String output = succeed(command.replaceFirst("curl ", "curl -f "));
      assertThat(output).as(command).startsWith("{");
    } else if (command.startsWith("./counter-machine bench")
        || command.startsWith("./counter-machine torture")) {
      assertThat(succeed(command + " --help")).contains("usage: counter-machine");
    } else if (command.startsWith("./counter-machine show")) {
      // By default, the command reads the demo's table at its default port.
      succeed(command + " --dynamodb-endpoint http://localhost:" + ports.get(7));
    } else if (command.startsWith("mvn ")) {
      assertThat(Files.readString(Installation.root().resolve(".ci/run"))).contains(command);
    } else if (command.startsWith("docker compose ")) {
      assertThat(Installation.root().resolve("docker-compose.yml")).exists();
    } else {
      assertThat(command).matches("(?s)(\\./counter-machine|echo) .*");
      succeed(command);
    }
  }

  private void startDemo(String command) throws Exception {
    if (demo != null) {
      stopDemo();
    }
    demoOutput = Files.createTempFile(folder, "demo", ".txt");
    String line = command.replaceFirst(" *#.*", "") + " " + String.join(" ", ports);
    demo =
        shell("exec " + line).redirectErrorStream(true).redirectOutput(demoOutput.toFile()).start();
    boolean input = command.contains("--input");
    Await.until(
        command,
        START,
        () -> {
          assertThat(demo.isAlive()).as("%s: %s", command, output()).isTrue();
          return output().contains(input ? "serving until Ctrl-C" : "the call's answer:");
        });
    if (input) {
      assertThat(output())
          .contains("ingested 1 events, 0 dead letters")
          .contains("1 read: 1 counted, 0 ignored, 0 dead letters");
    }
  }

  private String output() {
    try {
      return Files.readString(demoOutput);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Stops the demo like Ctrl-C. It must exit successfully, and so must all of its processes. */
  private void stopDemo() throws InterruptedException {
    List<ProcessHandle> parts = demo.descendants().toList();
    demo.destroy();
    assertThat(demo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).as(output()).isZero();
    assertThat(parts).hasSizeGreaterThanOrEqualTo(5).noneMatch(ProcessHandle::isAlive);
    demo = null;
  }

  private ProcessBuilder shell(String command) {
    return new ProcessBuilder(
            "bash", "-c", command.replace("localhost:8080", "localhost:" + servicePort))
        .directory(folder.toFile());
  }

  private String succeed(String command) throws Exception {
    Path output = Files.createTempFile(folder, "command", ".txt");
    Process process =
        shell(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as(command).isTrue();
    } finally {
      JavaProcess.end(process);
    }
    assertThat(process.exitValue()).as("%s: %s", command, Files.readString(output)).isZero();
    return Files.readString(output);
  }

  @Test
  void everyCommandWithinAText_hasAUsage() throws Exception {
    String readme = Files.readString(Installation.root().resolve("README.md"));
    List<String> commands =
        Pattern.compile("`\\./counter-machine ([a-z-]+)[^`]*`")
            .matcher(readme)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .toList();
    assertThat(commands).contains("demo", "torture");
    for (String command : commands) {
      assertThat(
              succeed("./counter-machine " + command + (command.equals("help") ? "" : " --help")))
          .contains("usage: counter-machine");
    }
  }

  @Test
  void everyVariableOfTheContainers_isOneOfTheirs() throws Exception {
    String readme = Files.readString(Installation.root().resolve("README.md"));
    String compose = Files.readString(Installation.root().resolve("docker-compose.yml"));
    List<String> variables =
        VARIABLE.matcher(readme).results().map(match -> match.group(1)).distinct().toList();
    assertThat(variables).contains("CATALOG", "RATE", "BIND_ADDRESS");
    assertThat(variables).allMatch(variable -> compose.contains("${" + variable + ":-"));
  }
}
