package io.countermachine.local.process;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Locates the built modules, starting from where this class was loaded. */
public final class Installation {
  private Installation() {}

  /** The jar or folder with this module's own classes. */
  static Path ownClasses() {
    try {
      return Path.of(
          Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("own classes are not in a file", e);
    }
  }

  /**
   * The root folder of the repository, which contains the modules. It searches upwards from this
   * class, and then from the working directory.
   */
  public static Path root() {
    return Stream.of(ownClasses(), Path.of("").toAbsolutePath())
        .map(Installation::rootAround)
        .flatMap(Optional::stream)
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "the modules are not around "
                        + ownClasses()
                        + "; run from a checkout of the repository"));
  }

  private static Optional<Path> rootAround(Path start) {
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.isDirectory(folder.resolve("local-stack"))
          && Files.isRegularFile(folder.resolve("pom.xml"))) {
        return Optional.of(folder);
      }
    }
    return Optional.empty();
  }

  /** The class path of this module's own libraries: broker and DynamoDB Local. */
  public static List<String> localStack() {
    return List.of(built(root().resolve("local-stack/target/lib")) + "/*");
  }

  /** The class path of the streaming job, including the parts of Flink that a cluster provides. */
  public static List<String> streamingJob() {
    Path target = root().resolve("streaming-job/target");
    return List.of(
        built(target.resolve("streaming-job.jar")).toString(),
        built(target.resolve("lib")) + "/*",
        built(target.resolve("flink")) + "/*");
  }

  /** The class path of the feature service. */
  public static List<String> featureService() {
    Path target = root().resolve("feature-service/target");
    return List.of(
        built(target.resolve("feature-service.jar")).toString(),
        built(target.resolve("lib")) + "/*");
  }

  /** The class path of the console. */
  public static List<String> console() {
    Path target = root().resolve("console/target");
    return List.of(
        built(target.resolve("console.jar")).toString(), built(target.resolve("lib")) + "/*");
  }

  private static Path built(Path path) {
    if (!Files.exists(path)) {
      throw new IllegalStateException(path + " is missing; build with: mvn -DskipTests package");
    }
    return path;
  }
}
