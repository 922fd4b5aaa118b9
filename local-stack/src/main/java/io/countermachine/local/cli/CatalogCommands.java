package io.countermachine.local.cli;

import io.countermachine.catalog.yaml.CatalogCheck;
import io.countermachine.catalog.yaml.CatalogDiff;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code counter-machine check} and {@code diff}: validate a catalog, and compare two. */
public final class CatalogCommands {
  private CatalogCommands() {}

  /** Checks one catalog. */
  @Command(
      name = "check",
      customSynopsis = "counter-machine check FILE",
      description = "validate a catalog, and print every error; exit code 0: valid, 1: invalid")
  public static final class CheckCommand extends LocalCommand {
    @Parameters(paramLabel = "FILE", description = "a catalog in YAML")
    private String file;

    @Override
    protected int run() {
      return CatalogCheck.run(System.out, System.err, file);
    }
  }

  /** Compares two catalogs. */
  @Command(
      name = "diff",
      customSynopsis = "counter-machine diff OLD NEW",
      description = {
        "print the effects of a catalog change on the job's state, the table and the service;",
        "exit code 1: counted data is lost or becomes wrong, else 0"
      })
  public static final class DiffCommand extends LocalCommand {
    @Parameters(index = "0", paramLabel = "OLD", description = "the catalog that the job runs with")
    private String before;

    @Parameters(index = "1", paramLabel = "NEW", description = "the catalog that replaces it")
    private String after;

    @Override
    protected int run() {
      return CatalogDiff.run(System.out, System.err, before, after);
    }
  }
}
