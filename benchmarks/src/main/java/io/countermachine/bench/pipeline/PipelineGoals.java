package io.countermachine.bench.pipeline;

import io.countermachine.bench.pipeline.PipelineReport.Measured;
import io.countermachine.bench.pipeline.PipelineReport.Stage;
import io.countermachine.bench.report.Goal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What was found, beside what was aimed at. */
final class PipelineGoals {
  private static final double MOST_P99_MILLIS = 1_500;

  private final List<Measured> measured;
  private final List<Goal> goals = new ArrayList<>();

  private PipelineGoals(List<Measured> measured) {
    this.measured = measured;
  }

  static List<Goal> of(List<Measured> measured) {
    return new PipelineGoals(measured).all();
  }

  private List<Goal> all() {
    PipelineCatalog tutorial = PipelineCatalog.TUTORIAL;
    ratio(tutorial, Contender.HEAP, Contender.LIMIT, 0.6);
    ratio(tutorial, Contender.HEAP, Contender.TUTORIAL_HEAP, 2.5);
    ratio(tutorial, Contender.HEAP, Contender.SQL_HEAP, 2);
    ratio(tutorial, Contender.ROCKSDB, Contender.HEAP, 0.5);
    ratio(tutorial, Contender.ROCKSDB, Contender.TUTORIAL_ROCKSDB, 4);
    ratio(tutorial, Contender.ROCKSDB, Contender.SQL_ROCKSDB, 2);
    ratio(PipelineCatalog.BUNDLED, Contender.HEAP, Contender.LIMIT, 0.5);
    ratio(PipelineCatalog.BUNDLED, Contender.ROCKSDB, Contender.LIMIT, 0.25);
    for (Measured one : measured) {
      if (one.delay() != null) {
        String title = one.catalog() + ": " + one.title() + ": p99 to readable, ";
        delay(title + "without copies, ms", one.delay().withoutCopies());
        delay(title + "near cache at its default, ms", one.delay().fromCopies());
      }
    }
    return goals;
  }

  /** What is not valid is not held either, and says so. */
  private void delay(String title, Stage stage) {
    goals.add(
        Goal.atMost(title, stage.answered().p99Millis(), MOST_P99_MILLIS)
            .unlessNotValid(stage.notValid()));
  }

  private void ratio(PipelineCatalog catalog, Contender ours, Contender theirs, double bound) {
    Optional<Measured> our = find(catalog, ours);
    Optional<Measured> their = find(catalog, theirs);
    if (our.isPresent() && their.isPresent()) {
      goals.add(
          Goal.atLeast(
              "%s: %s, events/s to %s".formatted(catalog.label(), ours.title(), theirs.title()),
              our.get().counted().eventsPerSecond() / their.get().counted().eventsPerSecond(),
              bound));
    }
  }

  private Optional<Measured> find(PipelineCatalog catalog, Contender contender) {
    return measured.stream()
        .filter(one -> one.catalog().equals(catalog.label()))
        .filter(one -> one.contender().equals(contender.label()))
        .findFirst();
  }
}
