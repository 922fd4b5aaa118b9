package io.countermachine.local.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses fake homes of a Java, whose program only accepts or refuses its flags. */
class ServiceJavaTest {
  private static final Map<String, String> NOTHING_NAMED = Map.of();

  @TempDir private Path folder;

  /** A program that accepts these flags, and -version. */
  private Path java(String place, String version, List<String> accepted) throws IOException {
    Path home = folder.resolve(place);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(
        home.resolve("release"), "IMPLEMENTOR=\"x\"\nJAVA_VERSION=\"" + version + "\"\n");
    Path program =
        Files.writeString(
            home.resolve("bin/java"),
            """
            #!/bin/sh
            for flag in "$@"; do
              case " %s -version " in *" $flag "*) ;; *) exit 1 ;; esac
            done
            """
                .formatted(String.join(" ", accepted)));
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return home;
  }

  private Path java(String place, String version) throws IOException {
    return java(place, version, version.startsWith("25") ? ServiceJava.SHORT_PAUSES : List.of());
  }

  private ServiceJava choose(Map<String, String> environment, Path own) {
    return ServiceJava.choose(
        environment, own, List.of(folder.resolve("jvm"), folder.resolve("missing")));
  }

  @Test
  void ownJava_isChosenWithoutFlags_whenThereIsNoOther() throws IOException {
    Path own = java("own", "17.0.15");
    java("jvm/other-17", "17.0.9");
    java("jvm/java-8", "1.8.0_402");
    Files.createDirectories(folder.resolve("jvm/no-java"));

    assertThat(choose(NOTHING_NAMED, own)).isEqualTo(new ServiceJava(own, 17, List.of()));
  }

  @Test
  void installedJava_isTheEarliestFrom25On() throws IOException {
    Path own = java("own", "17.0.15");
    java("jvm/a-26", "26-ea", ServiceJava.SHORT_PAUSES);
    Path installed = java("jvm/b-25", "25.0.3");
    java("jvm/c-21", "21.0.2", ServiceJava.SHORT_PAUSES);

    assertThat(choose(NOTHING_NAMED, own))
        .isEqualTo(new ServiceJava(installed, 25, ServiceJava.SHORT_PAUSES));
  }

  @Test
  void installedJava_isFoundInTheFoldersOfMacOs() throws IOException {
    Path own = java("own", "17.0.15");
    Path installed = java("jvm/temurin-25.jdk/Contents/Home", "25");

    assertThat(choose(NOTHING_NAMED, own).home()).isEqualTo(installed);
  }

  @Test
  void ownJava_isChosenWithFlags_whenItIs25() throws IOException {
    Path own = java("own", "25.0.3");
    java("jvm/b-25", "25.0.1");

    assertThat(choose(NOTHING_NAMED, own))
        .isEqualTo(new ServiceJava(own, 25, ServiceJava.SHORT_PAUSES));
  }

  @Test
  void installedJava_isPassedOver_whenItRefusesAFlag() throws IOException {
    Path own = java("own", "17.0.15");
    java("jvm/other-vm-25", "25.0.2", List.of("-XX:+UseCompactObjectHeaders"));

    assertThat(choose(NOTHING_NAMED, own)).isEqualTo(new ServiceJava(own, 17, List.of()));
  }

  @Test
  void namedJava_isChosen_whateverElseThereIs() throws IOException {
    Path own = java("own", "25.0.3");
    Path named = java("named", "21.0.2");

    assertThat(choose(Map.of(ServiceJava.VARIABLE, named.toString()), own))
        .isEqualTo(new ServiceJava(named, 21, List.of()));
  }

  @Test
  void namedFolder_isRefused_whenItHoldsNoJavaForTheService() throws IOException {
    Path own = java("own", "17.0.15");
    Path old = java("old", "11.0.2");

    assertThatThrownBy(() -> choose(Map.of(ServiceJava.VARIABLE, "/does/not/exist"), own))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "/does/not/exist is not the home of a Java for the service: expected a folder with"
                + " bin/java and a file release; see COUNTER_MACHINE_SERVICE_JAVA");
    assertThatThrownBy(() -> choose(Map.of(ServiceJava.VARIABLE, old.toString()), own))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            old
                + " is Java 11, and the service needs 17 or newer; see COUNTER_MACHINE_SERVICE_JAVA");
  }

  @Test
  void flags_ofACaller_replaceTheCollector() {
    ServiceJava java = new ServiceJava(folder, 25, ServiceJava.SHORT_PAUSES);

    assertThat(java.flagsWith(List.of("-Xmx1g")))
        .containsExactly(
            "-XX:+UseZGC",
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx1g");
    assertThat(java.flagsWith(List.of("-Xmx1g", "-XX:+UseSerialGC")))
        .containsExactly(
            "-XX:+UseCompactObjectHeaders",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Xmx1g",
            "-XX:+UseSerialGC");
  }

  @Test
  void image_hasTheSameFlags() throws IOException {
    String flags =
        String.join(", ", ServiceJava.SHORT_PAUSES.stream().map(flag -> '"' + flag + '"').toList());

    assertThat(Files.readAllLines(Installation.root().resolve("Dockerfile")))
        .filteredOn(line -> line.contains("io.countermachine.service.FeatureService"))
        .singleElement()
        .asString()
        .contains(flags);
  }
}
