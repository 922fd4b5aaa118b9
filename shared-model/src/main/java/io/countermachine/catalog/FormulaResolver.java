package io.countermachine.catalog;

import io.countermachine.expression.Expression;
import io.countermachine.expression.Formula;
import io.countermachine.expression.FormulaException;
import io.countermachine.expression.Node;
import io.countermachine.measure.Interval;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Resolves the names in the formulas of a catalog's groups, and finds their faults. */
public final class FormulaResolver {
  /** The maximum depth of formulas that name formulas. */
  private static final int DEEPEST = 100;

  private final Map<String, Group> groups;
  private final Map<FormulaKey, Optional<List<Interval>>> intervals = new HashMap<>();
  private final List<FormulaKey> inProgress = new ArrayList<>();
  private final Set<FormulaKey> toldCycles = new HashSet<>();

  private record FormulaKey(Group group, GroupFormula formula) {
    @Override
    public String toString() {
      return group.name() + "." + formula.name();
    }
  }

  /** A fault of a formula that the current one names. It is reported only at the named formula. */
  static final class NamedFormulaFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NamedFormulaFault(FormulaException cause) {
      super(cause);
    }
  }

  /** Formulas that are too large together, though none is too large alone. */
  static final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooLarge(String message) {
      super(message);
    }
  }

  private static final class Cycle extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<FormulaKey> members;

    Cycle(List<FormulaKey> members) {
      this.members = List.copyOf(members);
    }
  }

  /**
   * Creates a resolver of the formulas of these groups. Names in formulas may refer to any of them.
   */
  public FormulaResolver(Iterable<Group> groups) {
    this.groups = new LinkedHashMap<>();
    groups.forEach(group -> this.groups.put(group.name(), group));
  }

  Map<String, Group> groups() {
    return groups;
  }

  /**
   * The fault of a formula; empty if there is none, or if only a formula that it names is faulty.
   */
  public Optional<String> fault(Group group, GroupFormula formula) {
    FormulaKey key = new FormulaKey(group, formula);
    try {
      Expression compiled = null;
      for (Optional<Interval> interval : featureIntervals(group, formula)) {
        compiled = compile(group, formula, interval, operand -> 0);
      }
      return compiled == null ? Optional.of("it has no interval") : Optional.empty();
    } catch (FormulaException e) {
      return Optional.of(
          "%s (at character %d of \"%s\")"
              .formatted(e.getMessage(), e.position() + 1, formula.formula().text()));
    } catch (TooLarge e) {
      return Optional.of(e.getMessage());
    } catch (NamedFormulaFault e) {
      return Optional.empty();
    } catch (Cycle cycle) {
      boolean told = cycle.members.stream().anyMatch(toldCycles::contains);
      if (told || !cycle.members.contains(key)) {
        return Optional.empty();
      }
      toldCycles.addAll(cycle.members);
      List<String> names =
          new ArrayList<>(cycle.members.stream().map(FormulaKey::toString).toList());
      names.add(names.get(0));
      return Optional.of("a cycle of formulas: " + String.join(" -> ", names));
    } finally {
      inProgress.clear();
    }
  }

  /**
   * The intervals of a formula's features; a single empty one if the formula has no open interval.
   */
  List<Optional<Interval>> featureIntervals(Group group, GroupFormula formula) {
    return intervals(group, formula)
        .map(open -> open.stream().map(Optional::of).toList())
        .orElseGet(() -> List.of(Optional.empty()));
  }

  /**
   * The intervals that all measures named without one have, and at which their rates are defined;
   * empty if each is named with one.
   */
  Optional<List<Interval>> intervals(Group group, GroupFormula formula) {
    FormulaKey key = new FormulaKey(group, formula);
    Optional<List<Interval>> known = intervals.get(key);
    if (known != null) {
      return known;
    }
    int first = inProgress.indexOf(key);
    if (first >= 0) {
      throw new Cycle(inProgress.subList(first, inProgress.size()));
    }
    if (inProgress.size() == DEEPEST) {
      throw new TooLarge("formulas name formulas more than %d deep".formatted(DEEPEST));
    }
    inProgress.add(key);
    Optional<List<Interval>> found = commonIntervals(group, formula.formula());
    inProgress.remove(inProgress.size() - 1);
    intervals.put(key, found);
    return found;
  }

  private Optional<List<Interval>> commonIntervals(Group group, Formula formula) {
    List<Node.Reference> rates = formula.rates();
    List<Interval> common = null;
    List<String> told = new ArrayList<>();
    for (Node.Reference name : formula.references()) {
      FormulaName resolved = FormulaName.resolve(name, group, groups);
      // Also evaluated for formulas that are named with an interval, to detect cycles.
      Optional<List<Interval>> open = of(resolved);
      if (open.isEmpty() || resolved.interval().isPresent()) {
        continue;
      }
      List<Interval> having =
          rates.contains(name)
              ? open.get().stream().filter(FormulaScope::hasRate).toList()
              : open.get();
      if (common == null) {
        common = new ArrayList<>(having);
      } else {
        common.retainAll(having);
      }
      told.add(name.shown() + " has " + FormulaName.labels(having));
      if (common.isEmpty()) {
        throw new FormulaException(
            name.position(),
            "the measures without an interval have none in common: "
                + String.join(", ", told.stream().distinct().toList()));
      }
    }
    return Optional.ofNullable(common).map(List::copyOf);
  }

  /** The intervals that a name can have; empty if it has none at all. */
  private Optional<List<Interval>> of(FormulaName name) {
    if (name.formula().isPresent()) {
      return ofNamed(name.group(), name.formula().get());
    }
    return name.hasIntervals()
        ? Optional.of(name.group().outputIntervals(name.output()))
        : Optional.empty();
  }

  /** Like {@link #intervals}, for a formula that another one names. */
  Optional<List<Interval>> ofNamed(Group group, GroupFormula formula) {
    try {
      return intervals(group, formula);
    } catch (FormulaException e) {
      throw new NamedFormulaFault(e);
    }
  }

  Expression compile(
      Group group,
      GroupFormula formula,
      Optional<Interval> interval,
      ToIntFunction<FeatureOperand> slots) {
    return formula.formula().compile(new FormulaScope(this, group, interval, slots));
  }
}
