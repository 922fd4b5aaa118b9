package io.countermachine.bench.pipeline;

import io.countermachine.bench.OptionValues;
import io.countermachine.bench.UsageException;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The options of {@code bench pipeline}.
 *
 * @param contenders what is measured
 * @param catalogs on which catalogs
 * @param events how many are counted
 * @param users how many users there are, and as many posts
 * @param skew Zipf's exponent of users and posts
 * @param runs how often each contender counts; the middle run by events per second stands
 * @param delaySeconds how long the delay is measured; 0 for not at all
 * @param delayLoad under which part of what the job counted in a second the delay is measured
 * @param jobFlags more flags for ours: those that begin with {@code -X} are its JVM's, the others
 *     program arguments
 * @param smoke whether this run is to show only that all of it works
 */
public record PipelineOptions(
    Set<Contender> contenders,
    Set<PipelineCatalog> catalogs,
    long events,
    int users,
    double skew,
    int runs,
    int delaySeconds,
    double delayLoad,
    List<String> jobFlags,
    boolean smoke) {

  private static final String SMOKE = "--smoke";
  private static final long USUAL_EVENTS = 3_000_000;
  private static final int USUAL_USERS = 100_000;
  private static final double USUAL_SKEW = 1.1;
  private static final int USUAL_RUNS = 3;
  private static final int USUAL_DELAY_SECONDS = 20;
  private static final double USUAL_LOAD = 0.5;
  private static final long SMOKE_EVENTS = 20_000;
  private static final int SMOKE_USERS = 1_000;

  static PipelineOptions smoke(Set<Contender> contenders, Set<PipelineCatalog> catalogs) {
    return new PipelineOptions(
        contenders,
        catalogs,
        SMOKE_EVENTS,
        SMOKE_USERS,
        USUAL_SKEW,
        1,
        2,
        USUAL_LOAD,
        List.of(),
        true);
  }

  /** Reads the options. */
  public static PipelineOptions parse(String... arguments) {
    Set<Contender> contenders = EnumSet.allOf(Contender.class);
    Set<PipelineCatalog> catalogs = EnumSet.allOf(PipelineCatalog.class);
    double events = USUAL_EVENTS;
    double users = USUAL_USERS;
    double skew = USUAL_SKEW;
    double runs = USUAL_RUNS;
    double delay = USUAL_DELAY_SECONDS;
    double load = USUAL_LOAD;
    List<String> flags = List.of();
    Set<String> given = new LinkedHashSet<>();
    for (int i = 0; i < arguments.length; i++) {
      String option = arguments[i];
      given.add(option);
      if (option.equals(SMOKE)) {
        continue;
      }
      String value = OptionValues.after(arguments, i++);
      switch (option) {
        case "--events" -> events = OptionValues.number(option, value, 1_000, 1e9);
        case "--keys" -> users = OptionValues.number(option, value, 1, 1e8);
        case "--skew" -> skew = OptionValues.number(option, value, 0, 10);
        case "--runs" -> runs = OptionValues.number(option, value, 1, 99);
        case "--delay" -> delay = OptionValues.number(option, value, 0, 3_600);
        case "--load" -> load = OptionValues.number(option, value, 0, 1);
        case "--job" -> flags = OptionValues.flags(value);
        case "--only" -> contenders = OptionValues.names(option, value, Contender.class);
        case "--catalog" -> catalogs = OptionValues.names(option, value, PipelineCatalog.class);
        default -> throw new UsageException("unknown option " + option);
      }
    }
    OptionValues.requireAlone(SMOKE, given, List.of("--only", "--catalog"));
    return given.contains(SMOKE)
        ? smoke(contenders, catalogs)
        : new PipelineOptions(
            contenders,
            catalogs,
            (long) events,
            (int) users,
            skew,
            (int) runs,
            (int) delay,
            load,
            flags,
            false);
  }
}
