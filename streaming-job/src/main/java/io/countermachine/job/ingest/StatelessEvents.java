package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Verb;
import io.countermachine.expression.Expression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * The events that are made of one other by conditions and weights alone. Events that a verb makes
 * need more than one: of these there are candidates. Not safe for several threads.
 */
public final class StatelessEvents {
  /** The source of a step that is the record itself. */
  private static final int RECORD = -1;

  /** The name of what is no source of others. */
  private static final String CANDIDATE = "";

  private final Step[][] stepsByType;
  private final IntConsumer undefined;
  private final EventOperands operands = new EventOperands();
  private final int[] derived;
  private final double[] weights;
  private final double[] stepWeights;
  private int size;
  private boolean hasCandidates;

  /**
   * One event that may be made of another of the same record.
   *
   * @param source the step that makes the other, or {@link #RECORD}
   * @param sourceName the name of the other
   * @param type the index of this one in the catalog's events; of a candidate {@link #candidate}
   * @param where null where there is no condition
   * @param weight null where it is 1
   * @param unless the lists that block this one, as bits
   */
  private record Step(
      int source, String sourceName, int type, Expression where, Expression weight, long unless) {}

  /**
   * Reads what a catalog derives.
   *
   * @param undefined takes the index of an event that is not made as its condition or its weight is
   *     undefined
   */
  public StatelessEvents(Catalog catalog, IntConsumer undefined) {
    this.undefined = undefined;
    List<String> names = List.copyOf(catalog.events().keySet());
    stepsByType = names.stream().map(name -> steps(name, names, catalog)).toArray(Step[][]::new);
    int most = Arrays.stream(stepsByType).mapToInt(steps -> steps.length).max().orElse(0);
    derived = new int[most];
    weights = new double[most];
    stepWeights = new double[most];
  }

  private static Step[] steps(String record, List<String> names, Catalog catalog) {
    List<Step> steps = new ArrayList<>();
    List<String> made = new ArrayList<>();
    for (EventType type : catalog.derivedEvents()) {
      Derivation derivation = type.derivation().orElseThrow();
      boolean ofVerb = type.madeBy().isPresent();
      if (ofVerb && type.madeBy().get().kind() == Verb.Kind.SESSION) {
        continue;
      }
      int before = made.size();
      for (int source = RECORD; source < before; source++) {
        String sourceName = source == RECORD ? record : made.get(source);
        Optional<EventExpression> weight = derivation.sources().get(sourceName);
        if (weight != null) {
          steps.add(
              new Step(
                  source,
                  sourceName,
                  ofVerb ? candidate(names.indexOf(type.name())) : names.indexOf(type.name()),
                  derivation.where().map(EventExpression::expression).orElse(null),
                  weight.map(EventExpression::expression).orElse(null),
                  catalog.rules().map(rules -> RuleCheck.bits(rules, type.name())).orElse(0L)));
          made.add(ofVerb ? CANDIDATE : type.name());
        }
      }
    }
    return steps.toArray(Step[]::new);
  }

  /**
   * The types, as indexes in the catalog's events, that may be made of a record of that type, by
   * verbs, too.
   */
  int[] typesOf(int type) {
    return Arrays.stream(stepsByType[type])
        .mapToInt(Step::type)
        .flatMap(made -> made >= 0 ? IntStream.of(made) : withThoseOf(candidate(made)))
        .distinct()
        .toArray();
  }

  private IntStream withThoseOf(int type) {
    return IntStream.concat(IntStream.of(type), Arrays.stream(typesOf(type)));
  }

  /**
   * Stands among types for what may make an event of a verb; and the other way round that event for
   * what stands there. Below 0, which no type is.
   */
  public static int candidate(int type) {
    return ~type;
  }

  /**
   * Makes the events of a record; they are there until the next one.
   *
   * @param blocking the lists that block what names them, as bits
   */
  void derive(int type, Object[] fields, long timeMillis, long blocking) {
    derive(type, 1, fields, timeMillis, blocking);
  }

  /**
   * Makes the events of one that a verb made; they are there until the next one.
   *
   * @param type of the one
   * @param eventWeight what the other weighs
   */
  public void derive(int type, double eventWeight, Object[] fields, long timeMillis) {
    derive(type, eventWeight, fields, timeMillis, 0);
  }

  private void derive(
      int type, double eventWeight, Object[] fields, long timeMillis, long blocking) {
    size = 0;
    hasCandidates = false;
    Step[] steps = stepsByType[type];
    for (int i = 0; i < steps.length; i++) {
      Step step = steps[i];
      double before = step.source == RECORD ? eventWeight : stepWeights[step.source];
      double sourceWeight = (step.unless & blocking) != 0 ? 0 : before;
      double weight = sourceWeight == 0 ? 0 : sourceWeight * weight(step, fields, timeMillis);
      if (!Double.isFinite(weight)) {
        undefined.accept(step.type < 0 ? candidate(step.type) : step.type);
        weight = 0;
      }
      stepWeights[i] = weight;
      if (weight != 0) {
        derived[size] = step.type;
        weights[size++] = weight;
        hasCandidates |= step.type < 0;
      }
    }
  }

  /** 0 where there is no event, NaN where that is not defined. */
  private double weight(Step step, Object[] fields, long timeMillis) {
    operands.event(fields, timeMillis, step.sourceName);
    if (step.where != null) {
      double holds = step.where.evaluate(operands);
      if (holds == 0 || Double.isNaN(holds)) {
        return holds;
      }
    }
    return step.weight == null ? 1 : step.weight.evaluate(operands);
  }

  /** Whether there is a candidate among them. */
  boolean hasCandidates() {
    return hasCandidates;
  }

  /** The types of the events made, null for none. */
  public int[] types() {
    return size == 0 ? null : Arrays.copyOf(derived, size);
  }

  /** The weights of the events made, null for none. */
  public double[] weights() {
    return size == 0 ? null : Arrays.copyOf(weights, size);
  }
}
