package io.countermachine.expression;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The functions of formulas, with the names of their parameters. */
public enum Function {
  LOG1P("log1p", "x"),
  LOG("log", "x"),
  SQRT("sqrt", "x"),
  EXP("exp", "x"),
  ABS("abs", "x"),
  /** Takes two or more arguments. */
  MIN("min", "x", "y"),
  /** Takes two or more arguments. */
  MAX("max", "x", "y"),
  CLAMP("clamp", "x", "low", "high"),
  IF("if", "condition", "then", "otherwise"),
  /** A decayed or windowed value per hour: {@code x / tau} or {@code x / W}. */
  RATE("rate", "measure"),
  /** Hours since the instant of a list's newest entry, a first or a last. */
  AGE("age", "of"),
  /** Entries of a list or labels of a histogram. */
  SIZE("size", "of"),
  /** A histogram's entry over the sum of all its entries. */
  SHARE("share", "entry"),
  /** The entropy of a histogram's shares, in nats. */
  ENTROPY("entropy", "histogram"),
  /** 1 if a list has an entry whose field equals the candidate's field of that name, else 0. */
  CONTAINS("contains", "list", "field"),
  /**
   * The lower bound of Wilson's score interval at z = 1.96 (Wilson, "Probable Inference, the Law of
   * Succession, and Statistical Inference", 1927).
   */
  WILSON("wilson", "of", "per"),
  /** {@code (of + weight * prior) / (per + weight)}. */
  SMOOTH("smooth", "of", "per", "prior", "weight"),
  /** {@code (x - mean) / stddev}. */
  ZSCORE("zscore", "x", "mean", "stddev"),
  /** The hour of the day, 0 to 23, of epoch milliseconds in UTC. */
  HOUR("hour", "instant"),
  /** The day of the week, Monday = 1, of epoch milliseconds in UTC. */
  DAY_OF_WEEK("dayOfWeek", "instant");

  private final String word;

  @SuppressWarnings("ImmutableEnumChecker") // made by List.of
  private final List<String> parameters;

  Function(String word, String... parameters) {
    this.word = word;
    this.parameters = List.of(parameters);
  }

  /** The name in formulas. */
  public String word() {
    return word;
  }

  /** The names of its parameters, in order; a call may name each of them. */
  public List<String> parameters() {
    return parameters;
  }

  boolean takesMore() {
    return this == MIN || this == MAX;
  }

  static Optional<Function> named(String word) {
    return Stream.of(values()).filter(function -> function.word.equals(word)).findFirst();
  }
}
