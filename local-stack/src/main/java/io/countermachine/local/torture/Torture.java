package io.countermachine.local.torture;

import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Folders;
import io.countermachine.local.process.Installation;
import io.countermachine.local.torture.TortureRun.Options;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code counter-machine torture}: injects every kind of fault into the machine, and checks whether
 * the table still equals the sum of the events.
 */
@Command(
    name = "torture",
    customSynopsis = "counter-machine torture [options]",
    description = "inject every fault, then compare the table with the events")
public final class Torture extends LocalCommand {
  @Option(
      names = "--minutes",
      paramLabel = "N",
      description =
          "duration, default ${DEFAULT-VALUE}: each fault alone, then combined; 0: the short form of"
              + " every build")
  private long minutes = 20;

  @Option(names = "--seed", paramLabel = "S", description = "seed of an earlier run, to repeat it")
  private long seed = System.nanoTime();

  @Option(
      names = "--only",
      paramLabel = "FAULT",
      description = {
        "only this fault, by a name below; repeatable;",
        "wide: a million keys within a minute, in 2 GB, with both state backends"
      })
  private List<String> only = List.of();

  @Option(
      names = "--backend",
      paramLabel = "heap|rocksdb",
      description = "state backend of the job, default heap")
  private StateBackend backend;

  @Option(
      names = "--stored",
      paramLabel = "readable|packed|mixed",
      description =
          "format of the items, default mixed: packed first, then switched after each stop of the"
              + " job")
  private StoredFormat storedAs;

  @Override
  protected void configure(CommandLine line) {
    spec()
        .usageMessage()
        .footer(
            Stream.concat(
                    Stream.of("faults:"), FaultCatalog.NAMES.stream().map(each -> "  " + each))
                .toArray(String[]::new));
  }

  @Override
  protected void check() {
    requireBetween("--minutes", minutes, 0, Integer.MAX_VALUE);
    for (String name : only) {
      if (!name.equals(ManyKeysRun.NAME) && !FaultCatalog.NAMES.contains(name)) {
        throw wrong("--only: no fault is named \"%s\"", name);
      }
    }
    if (only.contains(ManyKeysRun.NAME)
        && (only.size() > 1 || backend != null || storedAs != null)) {
      throw wrong(
          "--only wide cannot be combined with another fault, --backend or --stored: it tries both"
              + " backends");
    }
  }

  Options options(Path folder) {
    return new Options(
        folder,
        seed,
        minutes,
        List.copyOf(only),
        backend == null ? StateBackend.HEAP : backend,
        storedAs == null ? StoredFormat.MIXED : storedAs);
  }

  /** Fails if the table differs from the sum of the events. */
  @Override
  protected int run() throws Exception {
    Options options = options(Installation.root().resolve(".demo/torture"));
    Folders.empty(options.folder());
    out().printf("seed %d; logs and report in %s%n", options.seed(), options.folder());
    TortureReport report =
        options.only().equals(List.of(ManyKeysRun.NAME))
            ? ManyKeysRun.run(options.folder(), out()::println)
            : TortureRun.run(options, out()::println);
    out().printf("%n%s", report.text());
    out().flush();
    return report.passed() ? DONE : FAILED;
  }
}
