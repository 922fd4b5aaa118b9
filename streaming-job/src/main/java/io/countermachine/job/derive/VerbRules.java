package io.countermachine.job.derive;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Verb;
import java.time.Duration;

/** The rules of a catalog's verbs. */
final class VerbRules {
  private VerbRules() {}

  /** The rule of a verb. */
  static VerbRule<?> of(Verb verb, Catalog catalog) {
    long lateness = catalog.lateness().toMillis();
    return switch (verb.kind()) {
      case SESSION ->
          new SessionRule(
              verb.others(),
              verb.within().toMillis(),
              verb.most().map(Duration::toMillis).orElse(Long.MAX_VALUE),
              lateness,
              verb.isSettled(),
              verb.emit());
      case UNDOES, ONCE, WITHOUT, THEN ->
          verb.isSettled()
              ? new SettledRule(ofHistory(verb, 0), lateness)
              : ofHistory(verb, lateness);
    };
  }

  private static VerbRule<History> ofHistory(Verb verb, long lateness) {
    long within = verb.within().toMillis();
    return switch (verb.kind()) {
      case UNDOES -> new UndoesRule(within, lateness);
      case ONCE -> new OnceRule(within, lateness);
      case WITHOUT -> new WithoutRule(within, lateness);
      case THEN -> new ThenRule(within, lateness);
      case SESSION -> throw new IllegalArgumentException("sessions keep no history");
    };
  }
}
