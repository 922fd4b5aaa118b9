package io.countermachine.bench.report;

/** Where a benchmark ran. */
public record Machine(int cores, String java, String system) {
  /** The machine and the Java that this process runs on. */
  public static Machine here() {
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        System.getProperty("java.vm.name") + " " + Runtime.version(),
        System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }
}
