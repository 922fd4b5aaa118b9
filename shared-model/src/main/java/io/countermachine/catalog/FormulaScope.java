package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.expression.Formula;
import io.countermachine.expression.FormulaException;
import io.countermachine.expression.Function;
import io.countermachine.expression.Node;
import io.countermachine.expression.Scope;
import io.countermachine.expression.Type;
import io.countermachine.measure.Form;
import io.countermachine.measure.Interval;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Resolves the names in a group's formula at one interval. */
final class FormulaScope implements Scope {
  private static final double MILLIS_PER_HOUR = 3_600_000;
  private static final int NO_INTERVAL = -1;
  private static final String HISTOGRAM = "a histogram";

  private final FormulaResolver resolver;
  private final Group own;
  private final Optional<Interval> open;
  private final ToIntFunction<FeatureOperand> slots;
  private final int[] parts;

  FormulaScope(
      FormulaResolver resolver,
      Group own,
      Optional<Interval> open,
      ToIntFunction<FeatureOperand> slots) {
    this(resolver, own, open, slots, new int[1]);
  }

  private FormulaScope(
      FormulaResolver resolver,
      Group own,
      Optional<Interval> open,
      ToIntFunction<FeatureOperand> slots,
      int[] parts) {
    this.resolver = resolver;
    this.own = own;
    this.open = open;
    this.slots = slots;
    this.parts = parts;
  }

  @Override
  public Optional<Expression> formula(Node.Reference name) {
    FormulaName resolved = resolve(name);
    if (resolved.formula().isEmpty()) {
      return Optional.empty();
    }
    GroupFormula formula = resolved.formula().get();
    if (name.label().isPresent()) {
      throw fault(name, "\"%s\" is a formula and has no labels".formatted(resolved.measure()));
    }
    parts[0] += formula.formula().parts();
    if (parts[0] > Formula.MOST_PARTS) {
      throw new FormulaResolver.TooLarge(
          "it has more than %d parts, with those of the formulas that it names"
              .formatted(Formula.MOST_PARTS));
    }
    Optional<Interval> interval = formulaInterval(resolved);
    try {
      return Optional.of(
          formula
              .formula()
              .compile(new FormulaScope(resolver, resolved.group(), interval, slots, parts)));
    } catch (FormulaException e) {
      throw new FormulaResolver.NamedFormulaFault(e);
    }
  }

  private Optional<Interval> formulaInterval(FormulaName resolved) {
    Optional<List<Interval>> has =
        resolver.ofNamed(resolved.group(), resolved.formula().orElseThrow());
    if (has.isEmpty() && resolved.interval().isPresent()) {
      throw fault(
          resolved.name(),
          "%s.%s has no interval; name it without one"
              .formatted(resolved.group().name(), resolved.measure()));
    }
    return has.map(intervals -> resolved.intervalOf(open, intervals));
  }

  @Override
  public Operand value(Node.Reference name) {
    FormulaName resolved = resolve(name);
    Form form = form(resolved);
    if (form == Form.LABELS) {
      Node.Label label =
          label(
              resolved,
              "\"%s\" is a histogram; name an entry of it, such as %s[\"a\"], or use size, share or entropy"
                  .formatted(resolved.measure(), resolved.measure()));
      return number(
          new FeatureOperand.Entry(
              resolved.group(),
              resolved.output(),
              interval(resolved),
              label.text(),
              label.isField()));
    }
    if (name.label().isPresent()) {
      throw fault(name, "\"%s\" has no labels; only histograms have".formatted(resolved.measure()));
    }
    if (form == Form.DECAYING || form == Form.CONSTANT) {
      return number(
          new FeatureOperand.Value(resolved.group(), resolved.output(), interval(resolved)));
    }
    if (form == Form.SCALAR) {
      return new Operand(
          slots.applyAsInt(
              new FeatureOperand.Scalar(resolved.group(), withoutInterval(resolved).output())),
          Type.NUMBER_OR_TEXT);
    }
    throw fault(
        name, "\"%s\" is a list; use size, age or contains of it".formatted(resolved.measure()));
  }

  @Override
  public Operand size(Node.Reference name) {
    FormulaName named = resolve(name);
    if (isOf(named, Form.LIST)) {
      return number(
          new FeatureOperand.Size(named.group(), withoutInterval(named).output(), NO_INTERVAL));
    }
    FormulaName resolved = histogram(name, Function.SIZE, "a list or a histogram");
    return number(new FeatureOperand.Size(resolved.group(), resolved.output(), interval(resolved)));
  }

  @Override
  public Operand entropy(Node.Reference name) {
    FormulaName resolved = histogram(name, Function.ENTROPY, HISTOGRAM);
    return number(
        new FeatureOperand.Entropy(resolved.group(), resolved.output(), interval(resolved)));
  }

  @Override
  public Operand share(Node.Reference name) {
    FormulaName resolved = histogram(name, Function.SHARE, HISTOGRAM);
    Node.Label label =
        label(resolved, "share takes an entry, such as %s[\"a\"]".formatted(resolved.measure()));
    return number(
        new FeatureOperand.Share(
            resolved.group(),
            resolved.output(),
            interval(resolved),
            label.text(),
            label.isField()));
  }

  @Override
  public Operand age(Node.Reference name) {
    FormulaName resolved = resolve(name);
    if (!isOf(resolved, Form.LIST) && !isOf(resolved, Form.SCALAR)) {
      throw fault(
          name, "age takes a list, a first or a last, not \"%s\"".formatted(resolved.measure()));
    }
    return number(new FeatureOperand.Age(resolved.group(), withoutInterval(resolved).output()));
  }

  @Override
  public Operand contains(Node.Reference name, String field) {
    FormulaName resolved = resolve(name);
    if (!isOf(resolved, Form.LIST)) {
      throw fault(name, "contains takes a list, not \"%s\"".formatted(resolved.measure()));
    }
    List<String> fields = resolved.group().itemSchema().output(resolved.output()).kind().fields();
    int index = fields.indexOf(field);
    if (index < 0) {
      throw fault(
          name,
          "entries of \"%s\" have no field \"%s\"; %s"
              .formatted(resolved.measure(), field, Suggestions.of(field, fields)));
    }
    return number(
        new FeatureOperand.Contains(
            resolved.group(), withoutInterval(resolved).output(), index, field));
  }

  private static boolean isOf(FormulaName resolved, Form form) {
    return resolved.output() >= 0 && form(resolved) == form;
  }

  /** Requires a list, first or last, which has neither labels nor intervals. */
  private static FormulaName withoutInterval(FormulaName resolved) {
    if (resolved.name().label().isPresent()) {
      throw fault(
          resolved.name(),
          "\"%s\" has no labels; only histograms have".formatted(resolved.measure()));
    }
    if (resolved.interval().isPresent()) {
      String word = resolved.interval().get();
      boolean isFunction = word.equals(Function.SIZE.word()) || word.equals(Function.AGE.word());
      throw fault(
          resolved.name(),
          isFunction
              ? "in a formula write %s(%s)".formatted(word, resolved.measure())
              : "\"%s\" has no interval; name it without one".formatted(resolved.measure()));
    }
    return resolved;
  }

  /** The label of a histogram's entry, which is required. */
  private static Node.Label label(FormulaName resolved, String expected) {
    return resolved.name().label().orElseThrow(() -> fault(resolved.name(), expected));
  }

  private FormulaName histogram(Node.Reference name, Function function, String takes) {
    FormulaName resolved = resolve(name);
    if (!isOf(resolved, Form.LABELS)) {
      throw fault(
          name, "%s takes %s, not \"%s\"".formatted(function.word(), takes, resolved.measure()));
    }
    if (function != Function.SHARE && name.label().isPresent()) {
      throw fault(name, "%s takes a histogram, not an entry of it".formatted(function.word()));
    }
    return resolved;
  }

  @Override
  public double rateHours(Node.Reference name) {
    FormulaName resolved = resolve(name);
    Interval interval =
        resolved.formula().isPresent()
            ? formulaInterval(resolved)
                .orElseThrow(() -> fault(name, "\"%s\" has no interval".formatted(name.shown())))
            : own(number(resolved));
    if (!hasRate(interval)) {
      throw fault(
          name,
          "rate has no meaning at %s, which has no length; use a decay, last_ or each_"
              .formatted(interval.label()));
    }
    return interval.millis() / MILLIS_PER_HOUR;
  }

  @Override
  public Optional<Operand> quotient(Node.Reference dividend, Node.Reference divisor) {
    FormulaName of = resolve(dividend);
    FormulaName per = resolve(divisor);
    if (!decays(of) || !decays(per) || of.group() != per.group()) {
      return Optional.empty();
    }
    Interval interval = own(of);
    return interval.isDecayed() && interval.equals(own(per))
        ? Optional.of(
            number(
                new FeatureOperand.Quotient(of.group(), of.output(), per.output(), interval(of))))
        : Optional.empty();
  }

  private static FormulaName number(FormulaName resolved) {
    if (!resolved.hasIntervals()) {
      throw fault(
          resolved.name(),
          "rate takes a number at an interval, not \"%s\"".formatted(resolved.measure()));
    }
    return resolved;
  }

  private static boolean decays(FormulaName name) {
    return name.output() >= 0 && form(name) == Form.DECAYING && name.name().label().isEmpty();
  }

  private FormulaName resolve(Node.Reference name) {
    return FormulaName.resolve(name, own, resolver.groups());
  }

  private static Form form(FormulaName resolved) {
    return resolved.group().itemSchema().output(resolved.output()).form();
  }

  private Interval own(FormulaName resolved) {
    return resolved.intervalOf(open, resolved.group().outputIntervals(resolved.output()));
  }

  private int interval(FormulaName resolved) {
    return resolved.group().schema().intervalIndex(own(resolved).label());
  }

  private Operand number(FeatureOperand operand) {
    return new Operand(slots.applyAsInt(operand), Type.NUMBER);
  }

  /** Returns true if {@code rate} is defined at an interval: the interval has a length. */
  static boolean hasRate(Interval interval) {
    return switch (interval.kind()) {
      case DECAY, LAST, EACH -> true;
      case LIFETIME, SESSION -> false;
    };
  }

  private static FormulaException fault(Node.Reference name, String what) {
    return new FormulaException(name.position(), what);
  }
}
