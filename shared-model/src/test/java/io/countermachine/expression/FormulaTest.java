package io.countermachine.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Formulas against expected values from arithmetic on paper. */
class FormulaTest {
  private final Row row = new Row();

  /** Values by the name as written; a value is a number, a text or null. */
  private static final class Row extends Operands implements Scope {
    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Integer> severities = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    Row with(String name, Object value) {
      values.put(name, value);
      return this;
    }

    Row with(String name, Object value, int severity) {
      severities.put(name, severity);
      return with(name, value);
    }

    private Operand operand(String name, int position) {
      if (!values.containsKey(name)) {
        throw new FormulaException(position, "unknown " + name);
      }
      names.add(name);
      return new Operand(names.size() - 1, Type.NUMBER_OR_TEXT);
    }

    @Override
    public Operand value(Node.Reference name) {
      return operand(name.shown(), name.position());
    }

    @Override
    public Operand size(Node.Reference name) {
      return operand("size of " + name.shown(), name.position());
    }

    @Override
    public Operand contains(Node.Reference list, String field) {
      return operand(list.shown() + " contains " + field, list.position());
    }

    @Override
    public double rateHours(Node.Reference name) {
      return name.path().get(name.path().size() - 1).equals("1d") ? 24 : 1;
    }

    @Override
    public Optional<Operand> quotient(Node.Reference dividend, Node.Reference divisor) {
      String name = dividend.shown() + "/" + divisor.shown();
      return values.containsKey(name)
          ? Optional.of(operand(name, dividend.position()))
          : Optional.empty();
    }

    @Override
    protected double number(int slot) {
      return values.get(names.get(slot)) instanceof Number number
          ? number.doubleValue()
          : Double.NaN;
    }

    @Override
    protected String text(int slot) {
      return values.get(names.get(slot)) instanceof String text ? text : null;
    }

    @Override
    protected int severity(int slot) {
      return severities.getOrDefault(names.get(slot), 0);
    }
  }

  private double evaluate(String formula) {
    return Formula.parse(formula).compile(row).evaluate(row);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "1 + 2 * 3 | 7",
        "(1 + 2) * 3 | 9",
        "10 - 4 - 3 | 3",
        "100 / 10 / 5 | 2",
        "-2 * -3 | 6",
        "2 - -3 | 5",
        ".5 + 1e-1 | 0.6",
        "2e3 | 2000",
        "1 < 2 | 1",
        "2 <= 1 | 0",
        "3 > 2 == 1 | 1",
        "1 == 1 and 2 == 3 | 0",
        "0 or 5 | 1",
        "not 0 | 1",
        "not 3 | 0",
        "not 1 == 2 | 1",
        "not 0 and 0 | 0",
        "1 or 0 and 0 | 1",
        "'a' == 'a' | 1",
        "'a' != 'b' | 1",
        "'a' == 1 | 0",
        "'5' == 5 | 0",
        "'a' < 'b' | 1",
        "2 in [1, 2] | 1",
        "'x' in ['y'] | 0",
        "1 + 1 in [2] | 1",
        "abs(-3) | 3",
        "sqrt(16) | 4",
        "exp(0) | 1",
        "log(1) | 0",
        "log1p(0) | 0",
        "min(3, 1, 2) | 1",
        "max(3, 1, 7) | 7",
        "clamp(5, 0, 2) | 2",
        "clamp(-5, 0, 2) | 0",
        "clamp(1, 0, 2) | 1",
        "if(2 > 1, 10, 20) | 10",
        "if(0, 10, 20) | 20",
        "smooth(3, 10, 0.05, 20) | 0.13333333333333333",
        "smooth(3, 10, weight: 20, prior: 0.05) | 0.13333333333333333",
        "smooth(0, 0, 0.05, 20) | 0.05",
        "zscore(7, 5, 4) | 0.5",
        "hour(1707605599000) | 22",
        "dayOfWeek(1707605599000) | 6",
        "dayOfWeek(0) | 4",
        "hour(-1) | 23",
        "dayOfWeek(-1) | 3"
      })
  void formula_hasItsValue(String formula, double expected) {
    assertThat(evaluate(formula)).isCloseTo(expected, within(1e-15));
  }

  /** 3 * 0.1 / 3 is 0.10000000000000002 in doubles. */
  @Test
  void smooth_withoutEvidence_isThePrior_toTheLastDigit() {
    assertThat(evaluate("smooth(0, 0, 0.1, 3)")).isEqualTo(0.1);
  }

  @Test
  void wilson_isTheLowerBoundOfTheScoreInterval() {
    // Agresti and Coull's form by hand for 8 of 10: (0.8 + 0.19208 - 1.96 * 0.1590849) / 1.38416
    assertThat(evaluate("wilson(8, 10)")).isCloseTo(0.49016, within(1e-4));
    assertThat(evaluate("wilson(0, 10)")).isCloseTo(0, within(1e-15));
    // A share above 1 is 1: (1 + 0.19208 - 0.19208) / 1.38416
    assertThat(evaluate("wilson(12, 10)")).isCloseTo(1 / 1.38416, within(1e-12));
    assertThat(evaluate("wilson(0, 0)")).isNaN();
  }

  /** A field or an event may be named like a function if no parenthesis follows. */
  @Test
  void functionsWord_isAName_whereNoParenthesisFollows() {
    row.with("share", 3).with("size", 12).with("age.1h", 4).with("min", 5);

    assertThat(evaluate("share / size")).isEqualTo(0.25);
    assertThat(evaluate("max(min, age.1h) - min(share, 1)")).isEqualTo(4);
    assertThat(evaluate("size in [12] and not share < 3")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 / 0",
        "0 / 0",
        "exp(1000)",
        "log(0)",
        "log1p(-1)",
        "sqrt(-1)",
        "1e308 * 10",
        "zscore(1, 1, 0)",
        "smooth(1, 0, 1, 0)",
        "nothing + 1",
        "nothing == 1",
        "nothing == nothing",
        "'a' < 1",
        "not nothing",
        "nothing and 1",
        "nothing or 0",
        "if(nothing, 1, 2)",
        "nothing in [1]",
        "1 in [2, nothing]",
        "min(1, nothing)",
        "-nothing",
        "nothing ?? nothing"
      })
  void value_isNull_whenItIsNotDefined(String formula) {
    row.with("nothing", null);

    assertThat(evaluate(formula)).isNaN();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "nothing and 0 | 0",
        "0 and nothing | 0",
        "nothing or 1 | 1",
        "1 or nothing | 1",
        "nothing ?? 3 | 3",
        "nothing ?? nothing ?? 4 | 4",
        "0 ?? 3 | 0",
        "1 / 0 ?? 7 | 7",
        "2 ?? 3 + 10 | 2",
        "nothing ?? 3 + 10 | 13",
        "if(1, 2, nothing) | 2",
        "1 in [nothing, 1] | 1"
      })
  void nullOperand_doesNotMatter_whenTheOtherSideDecides(String formula, double expected) {
    row.with("nothing", null);

    assertThat(evaluate(formula)).isEqualTo(expected);
  }

  @Test
  void names_haveTheirValues_whenTheyHaveIntervalsLabelsAndBackquotes() {
    row.with("like", 6)
        .with("like.1h", 2)
        .with("creator.ctr.30d", 0.5)
        .with("countries[country].1d", 3)
        .with("countries[\"DE\"]", 4)
        .with("user.categories[categoryId].7d", 5)
        .with("on-sale.1h", 8)
        .with("in", 9)
        .with("size of recent", 10)
        .with("recent contains postId", 1);

    assertThat(evaluate("like / like.1h")).isEqualTo(3);
    assertThat(evaluate("creator.ctr.30d * 2")).isEqualTo(1);
    assertThat(evaluate("countries[country].1d + countries[\"DE\"]")).isEqualTo(7);
    assertThat(evaluate("user.categories[categoryId].7d")).isEqualTo(5);
    assertThat(evaluate("`on-sale`.1h - like")).isEqualTo(2);
    assertThat(evaluate("`in` in [9]")).isEqualTo(1);
    assertThat(evaluate("size(recent)")).isEqualTo(10);
    assertThat(evaluate("contains(recent, postId)")).isEqualTo(1);
    assertThat(evaluate("rate(like.1h) / rate(like)")).isEqualTo(2.0 / 6);
  }

  @Test
  void rate_isPerHour() {
    row.with("like.1h", 2).with("like.1d", 12);

    assertThat(evaluate("rate(like.1h)")).isEqualTo(2);
    assertThat(evaluate("rate(like.1d)")).isEqualTo(0.5);
  }

  @Test
  void quotient_isTheScopes_whenItKnowsOne() {
    row.with("like", 0).with("view", 0).with("like/view", 0.12);

    assertThat(evaluate("like / view")).isEqualTo(0.12);
    assertThat(evaluate("1 * like / view")).isNaN();
  }

  @Test
  void texts_areComparedAndChosen() {
    row.with("country", "DE").with("nothing", null).with("device", "phone");

    assertThat(evaluate("country in [\"DE\", \"AT\"]")).isEqualTo(1);
    assertThat(evaluate("country == 5")).isZero();
    assertThat(evaluate("country < 5")).isNaN();
    assertThat(evaluate("country + 1")).isNaN();
    assertThat(text("nothing ?? 'none'")).isEqualTo("none");
    assertThat(text("device ?? 'none'")).isEqualTo("phone");
    assertThat(text("if(country == 'DE', 'home', 'away')")).isEqualTo("home");
    assertThat(text("'it\\'s'")).isEqualTo("it's");
    assertThat(text("nothing ?? 1")).isNull();
    assertThat(evaluate("device ?? 1")).isNaN();
  }

  private String text(String formula) {
    return Formula.parse(formula).compile(row).evaluateText(row);
  }

  @Test
  void severity_isTheWorstOfTheOperandsThatWereUsed() {
    row.with("a", 1, 1).with("b", 2, 2).with("none", null, 5).with("zero", 0, 3);

    assertThat(severity("a + b")).isEqualTo(2);
    assertThat(severity("none + a")).isEqualTo(5);
    assertThat(severity("none ?? a")).isEqualTo(1);
    assertThat(severity("a ?? none")).isEqualTo(1);
    assertThat(severity("b * (none ?? a)")).isEqualTo(2);
    assertThat(severity("none and zero")).isEqualTo(3);
    assertThat(severity("zero and none")).isEqualTo(3);
    assertThat(severity("a or none")).isEqualTo(1);
    assertThat(severity("a and none")).isEqualTo(5);
    assertThat(severity("if(a, b, none)")).isEqualTo(2);
    assertThat(severity("1")).isZero();
  }

  private int severity(String formula) {
    Formula.parse(formula).compile(row).evaluate(row);
    return row.severity();
  }

  @Test
  void evaluation_startsWithoutSeverity_whenOperandsAreUsedAgain() {
    row.with("a", 1, 4).with("b", 2);
    Expression bad = Formula.parse("a").compile(row);
    Expression good = Formula.parse("b").compile(row);

    bad.evaluate(row);
    good.evaluate(row);

    assertThat(row.severity()).isZero();
  }

  @Test
  void references_areAllNames_withoutFieldsOfContains() {
    assertThat(Formula.parse("contains(recent, postId) + like.1h / max(view, a.b.c)").references())
        .extracting(Node.Reference::shown)
        .containsExactly("recent", "like.1h", "view", "a.b.c");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "| 0 | expected a number, a text or a name, found the end of the formula",
        "1 + | 3 | found the end of the formula",
        "like view | 5 | expected an operator, found \"view\"",
        "like = view | 5 | unexpected character \"=\"",
        "view + 9e999 | 7 | 9e999 is too large; the largest number is 1.79e308",
        "like && view | 5 | unexpected character \"&\"",
        "5h | 1 | a letter follows the number 5",
        "(like | 5 | expected \")\", found the end of the formula",
        "'open | 0 | has no closing '",
        "sqr(4) | 0 | no function is named \"sqr\"; there are log1p, log, sqrt",
        "sqrt() | 0 | sqrt is missing its argument \"x\"; it takes (x)",
        "sqrt(1, 2) | 8 | sqrt takes no more than (x)",
        "wilson(1) | 0 | wilson is missing its argument \"per\"",
        "smooth(1, 2, 3, of: 4) | 16 | smooth is given its argument \"of\" twice",
        "smooth(1, 2, 3, wait: 4) | 16 | smooth has no argument \"wait\"; it takes (of, per, prior, weight)",
        "a in b | 5 | expected \"[\", found \"b\"",
        "a in [] | 6 | expected a number, a text or a name, found \"]\"",
        "and + 1 | 0 | \"and\" is a word of the grammar",
        "1 - in | 4 | \"in\" is a word of the grammar",
        "a[1] | 2 | expected a label in quotes or the name of a field, found \"1\"",
        "rate(1 + 2) | 7 | rate takes the name of a measure, not a value",
        "contains(recent, 1) | 17 | contains takes the name of a field",
        "'a' + 1 | 0 | a text is used where a number is needed",
        "unknown + 1 | 0 | unknown unknown",
        "age(like) | 4 | age(like) has no meaning here"
      })
  void fault_saysWhatIsWrongAndWhere(String formula, int position, String message) {
    row.with("like", 1).with("view", 1).with("a", 1).with("b", 1).with("recent contains 1", 1);

    assertThatThrownBy(() -> evaluate(formula == null ? "" : formula))
        .isInstanceOfSatisfying(
            FormulaException.class,
            fault -> {
              assertThat(fault).hasMessageContaining(message);
              assertThat(fault.position()).isEqualTo(position);
            });
  }

  @Test
  void deepNesting_isAFault_andNoStackOverflow() {
    String deep = "(".repeat(1_000) + "1" + ")".repeat(1_000);

    assertThatThrownBy(() -> Formula.parse(deep)).hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> Formula.parse("not ".repeat(900) + "1"))
        .hasMessageContaining("nested deeper");
  }

  @Test
  void longChain_isEvaluated() {
    assertThat(evaluate("1" + "+1".repeat(499))).isEqualTo(500);
  }

  /** Each part may take one level of the stack, which overflowed at about 1,900 parts. */
  @Test
  void formulaOfTooManyParts_isAFault() {
    assertThatThrownBy(() -> Formula.parse("1" + "+1".repeat(500)))
        .isInstanceOf(FormulaException.class)
        .hasMessageContaining("at most 1000 numbers, names, operators and calls");
  }

  @Test
  void overlongFormula_isAFault() {
    assertThatThrownBy(() -> Formula.parse("1" + "+1".repeat(2_000)))
        .isInstanceOf(FormulaException.class)
        .hasMessageContaining("at most 4000 characters");
  }
}
