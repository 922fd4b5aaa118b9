package io.countermachine.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Java that runs the feature service on this computer, and the flags for it. The image of the
 * service has the same flags.
 *
 * @param home its folder, with {@code bin/java} and {@code release}
 * @param release its feature release, at least {@value #LEAST}
 * @param flags {@link #SHORT_PAUSES} if this Java accepts them, otherwise none
 */
public record ServiceJava(Path home, int release, List<String> flags) {
  /** The environment variable that names the home of another Java. */
  public static final String VARIABLE = "COUNTER_MACHINE_SERVICE_JAVA";

  /**
   * Flags for a collector that hardly stops threads, for objects with short headers, and for the
   * native libraries of gRPC and the memory access of protobuf without warnings.
   */
  public static final List<String> SHORT_PAUSES =
      List.of(
          "-XX:+UseZGC",
          "-XX:+UseCompactObjectHeaders",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static final int LEAST = 17;
  private static final int FIRST_WITH_SHORT_PAUSES = 25;
  private static final Pattern RELEASE = Pattern.compile("(?m)^JAVA_VERSION=\"?(\\d+)");
  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w*GC");

  private static final class Chosen {
    static final ServiceJava JAVA =
        choose(System.getenv(), Path.of(System.getProperty("java.home")), usualPlaces());
  }

  /**
   * The Java that {@value #VARIABLE} names; otherwise the one of this process or else an installed
   * one, if it is of release 25 or later and accepts the flags; otherwise the one of this process.
   *
   * @throws IllegalStateException if the variable does not name a Java of release 17 or later
   */
  public static ServiceJava chosen() {
    return Chosen.JAVA;
  }

  /** The folders in which packages and tools install Java, one subfolder for each. */
  private static List<Path> usualPlaces() {
    Path user = Path.of(System.getProperty("user.home"));
    return List.of(
        Path.of("/usr/lib/jvm"),
        Path.of("/Library/Java/JavaVirtualMachines"),
        user.resolve(".sdkman/candidates/java"),
        user.resolve(".jdks"));
  }

  /**
   * Makes the choice.
   *
   * @param own the home of the Java of this process
   * @param places folders with a folder for each installed Java; they need not exist
   */
  static ServiceJava choose(Map<String, String> environment, Path own, List<Path> places) {
    String named = environment.getOrDefault(VARIABLE, "");
    if (!named.isBlank()) {
      return at(Path.of(named));
    }
    return Stream.concat(Stream.of(own), installed(places))
        .filter(home -> release(home).orElse(0) >= FIRST_WITH_SHORT_PAUSES)
        .map(ServiceJava::of)
        .filter(java -> !java.flags().isEmpty())
        .findFirst()
        .orElseGet(() -> new ServiceJava(own, release(own).orElse(LEAST), List.of()));
  }

  /**
   * The Java with this home.
   *
   * @throws IllegalStateException if there is none of release 17 or later
   */
  public static ServiceJava at(Path home) {
    int release =
        release(home)
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "%s is not the home of a Java for the service: expected a folder with bin/java and a file release; see %s"
                            .formatted(home, VARIABLE)));
    if (release < LEAST) {
      throw new IllegalStateException(
          "%s is Java %d, and the service needs %d or newer; see %s"
              .formatted(home, release, LEAST, VARIABLE));
    }
    return of(home);
  }

  /** Sorted by release, earliest first, because that one is nearest to the release in the image. */
  private static Stream<Path> installed(List<Path> places) {
    return places.stream()
        .filter(Files::isDirectory)
        .flatMap(ServiceJava::folders)
        .flatMap(folder -> Stream.of(folder, folder.resolve("Contents/Home")))
        .filter(home -> release(home).isPresent())
        .sorted(Comparator.comparingInt((Path home) -> release(home).getAsInt()));
  }

  private static Stream<Path> folders(Path place) {
    try (Stream<Path> folders = Files.list(place)) {
      return folders.sorted().toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for a Java in " + place, e);
    }
  }

  private static ServiceJava of(Path home) {
    return new ServiceJava(
        home, release(home).getAsInt(), acceptsShortPauses(home) ? SHORT_PAUSES : List.of());
  }

  /** The feature release; empty if this is not the home of a Java. */
  private static OptionalInt release(Path home) {
    Path file = home.resolve("release");
    if (!Files.isRegularFile(file) || !Files.isExecutable(executable(home))) {
      return OptionalInt.empty();
    }
    try {
      Matcher release = RELEASE.matcher(Files.readString(file));
      return release.find()
          ? OptionalInt.of(Integer.parseInt(release.group(1)))
          : OptionalInt.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  /**
   * Asks the Java itself: builds differ in their collectors, and {@code JAVA_TOOL_OPTIONS} may
   * already name one.
   */
  private static boolean acceptsShortPauses(Path home) {
    List<String> line = new ArrayList<>(List.of(executable(home).toString()));
    line.addAll(SHORT_PAUSES);
    line.add("-version");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + executable(home), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + home, e);
    }
  }

  private static Path executable(Path home) {
    return home.resolve("bin/java");
  }

  /** The program to run. */
  public Path executable() {
    return executable(home);
  }

  /** The flags of this Java and others. A collector among the others is used in place of ZGC. */
  public List<String> flagsWith(List<String> others) {
    boolean otherCollector = others.stream().anyMatch(COLLECTOR.asMatchPredicate());
    List<String> all = new ArrayList<>(flags);
    all.removeIf(flag -> otherCollector && COLLECTOR.matcher(flag).matches());
    all.addAll(others);
    return all;
  }

  /** The release and the flags, for people. */
  @Override
  public String toString() {
    return flags.isEmpty() ? "Java " + release : "Java " + release + " with " + flags.get(0);
  }
}
