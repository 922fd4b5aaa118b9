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
 * The events that are derived from one other event by conditions and weights alone. Events of verbs
 * need several others; for these, there are candidates. Not thread-safe.
 */
public final class StatelessEvents {
  /** The source of a step that starts from the record itself. */
  private static final int RECORD = -1;

  /** The name of an event from which no others are derived. */
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
   * One event that may be derived from another event of the same record.
   *
   * @param source the step that derives the other event, or {@link #RECORD}
   * @param sourceName the name of the other event
   * @param type the index of the derived event in the catalog's events; for a candidate, {@link
   *     #candidate}
   * @param where the condition; null if there is none
   * @param weight null for a weight of 1
   * @param unless the lists that block the derived event, as bits
   */
  private record Step(
      int source, String sourceName, int type, Expression where, Expression weight, long unless) {}

  /**
   * Prepares the derivations of a catalog.
   *
   * @param undefined receives the index of an event that is not derived because its condition or
   *     its weight is undefined
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
   * The types, as indexes in the catalog's events, that may be derived from a record of that type,
   * also by verbs.
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
   * Encodes the type of a verb's event as a candidate, and decodes it again: the function is its
   * own inverse. Candidates are negative, types never are.
   */
  public static int candidate(int type) {
    return ~type;
  }

  /**
   * Derives the events of a record. The result is valid until the next call.
   *
   * @param blocking the lists, as bits, that block the events that name them in {@code unless}
   */
  void derive(int type, Object[] fields, long timeMillis, long blocking) {
    derive(type, 1, fields, timeMillis, blocking);
  }

  /**
   * Derives the events of an event that a verb has derived. The result is valid until the next
   * call.
   *
   * @param type of that event
   * @param eventWeight its weight
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

  /** The weight of a derived event; 0 if its condition excludes it, NaN if it is undefined. */
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

  /** Returns true if there is a candidate among the derived events. */
  boolean hasCandidates() {
    return hasCandidates;
  }

  /** The types of the derived events; null for none. */
  public int[] types() {
    return size == 0 ? null : Arrays.copyOf(derived, size);
  }

  /** The weights of the derived events; null for none. */
  public double[] weights() {
    return size == 0 ? null : Arrays.copyOf(weights, size);
  }
}
