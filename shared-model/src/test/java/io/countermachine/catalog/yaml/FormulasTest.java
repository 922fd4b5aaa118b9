package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.FeatureFormula;
import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.FeatureType;
import io.countermachine.catalog.Group;
import io.countermachine.expression.Expression;
import io.countermachine.expression.Operands;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The meaning of names in formulas, by the semantics of formulas over groups. */
class FormulasTest {
  /** The group post with the formulas of a test, which start at line 13. */
  private static String with(String... formulas) {
    return """
    events: {view: {}, like: {}, spent: {value: ms}, `odd one`: {}}
    groups:
      creator: {key: [creatorId], counts: [view, like], intervals: [1h, 30d], ratios: {ctr: {of: like, per: view}}}
      post:
        key: [postId]
        counts: {view: view, like: like, days: {of: view, intervals: [1d]}}
        stats: {dwell: {of: spent, give: [mean, p50]}}
        histograms: {countries: {of: view, by: country}}
        lists: {recent: {of: [view, like], fields: [userId, n], distinct: hidden}}
        firsts: {created: {of: view, field: eventTs}}
        intervals: [1h, 1d, lifetime, last_1h, session_30m]
        features:
    """
            .replace("`odd one`", "odd one")
        + "      "
        + String.join("\n      ", formulas)
        + "\n";
  }

  private static List<String> features(String formula) {
    return CatalogLoader.parse("c.yaml", with("f: \"" + formula + "\""))
        .features()
        .keySet()
        .stream()
        .filter(name -> name.startsWith("post.f"))
        .toList();
  }

  private static List<String> faults(String... formulas) {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class, () -> CatalogLoader.parse("c.yaml", with(formulas)));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    return invalid.faults();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        // One feature for each interval that all measures named without one have, whatever their
        // kinds.
        "like / view # post.f.1h post.f.1d post.f.lifetime post.f.last_1h post.f.session_30m",
        "dwell_p50 / like # post.f.1h post.f.1d post.f.lifetime post.f.session_30m",
        "like / days # post.f.1d",
        "countries[country] / view.1h # post.f.1h post.f.1d post.f.lifetime post.f.last_1h post.f.session_30m",
        "size(countries) # post.f.1h post.f.1d post.f.lifetime post.f.last_1h post.f.session_30m",
        "view - creator.view # post.f.1h",
        "smooth(like, view, creator.ctr.30d ?? 0.05, 20) # post.f.1h post.f.1d post.f.lifetime post.f.last_1h post.f.session_30m",
        // Without such a measure there is no interval.
        "rate(like.1h) / rate(like.1d) # post.f",
        "view.60m # post.f",
        "post.view.last_60m # post.f",
        "countries['DE'].1d # post.f",
        "share(countries[country].1d) + entropy(countries.lifetime) # post.f",
        // Lists, firsts and lasts have no intervals either.
        "size(recent) + age(created) + contains(recent, userId) # post.f",
        "created # post.f",
        "log1p(like) - 0.1 * age(recent) # post.f.1h post.f.1d post.f.lifetime post.f.last_1h post.f.session_30m",
        "post.created + age(post.recent) # post.f",
        "1 + 1 # post.f"
      })
  void formula_hasTheIntervalsOfItsBareMeasures(String formula, String features) {
    assertThat(features(formula)).containsExactly(features.split(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "lik / view # group \"post\" has no measure \"lik\", and no group has that name; did you mean \"like\"?",
        "creator # \"creator\" is a group; name a measure of it, such as creator.view",
        "creator.lik.1h # group \"creator\" has no measure \"lik\"; did you mean \"like\"?",
        "creator.ctr.1d # creator.ctr has no interval \"1d\"; it has 1h, 30d",
        "like.9h # post.like has no interval \"9h\"; it has 1h, 1d, lifetime, last_1h, session_30m",
        "dwell_p50.last_1h # post.dwell_p50 has no interval \"last_1h\"; it has 1h, 1d, lifetime, session_30m",
        "like.creator # post.like has no interval \"creator\"; it has 1h, 1d, lifetime, last_1h, session_30m",
        "a.b.c.d # \"a.b.c.d\" has too many parts; expected a measure, measure.interval or group.measure.interval, with a label after the measure",
        "days / countries['a'].9d # post.countries has no interval \"9d\"; it has 1h, 1d, lifetime, last_1h, session_30m",
        "creator.view.30d / creator.like / days # the measures without an interval have none in common: creator.like has 1h, 30d, days has 1d",
        "countries # \"countries\" is a histogram; name an entry of it, such as countries[\"a\"], or use size, share or entropy",
        "countries.1d['a'] # the interval must be after the label: countries[…].1d",
        "like['a'] # \"like\" has no labels; only histograms have",
        "size(like) # size takes a list or a histogram, not \"like\"",
        "size(created) # size takes a list or a histogram, not \"created\"",
        "recent # \"recent\" is a list; use size, age or contains of it",
        "recent['a'] # \"recent\" has no labels; only histograms have",
        "created['a'] # \"created\" has no labels; only histograms have",
        "created.1h # \"created\" has no interval; name it without one",
        "size(recent.1h) # \"recent\" has no interval; name it without one",
        "recent.size # \"recent\" is a list; use size, age or contains of it",
        "age(recent.age) # in a formula write age(recent)",
        "created.age # in a formula write age(created)",
        "share(recent) # share takes a histogram, not \"recent\"",
        "rate(created) # rate takes a number at an interval, not \"created\"",
        "rate(recent) # \"recent\" is a list; use size, age or contains of it",
        "contains(created, eventTs) # contains takes a list, not \"created\"",
        "contains(recent, hidden) # entries of \"recent\" have no field \"hidden\"; known: userId, n",
        "contains(recent, userid) # entries of \"recent\" have no field \"userid\"; did you mean \"userId\"?",
        "entropy(countries['a']) # entropy takes a histogram, not an entry of it",
        "share(countries) # share takes an entry, such as countries[\"a\"]",
        "rate(like.lifetime) # rate has no meaning at lifetime, which has no length; use a decay, last_ or each_",
        "rate(like.session_30m) # rate has no meaning at session_30m, which has no length; use a decay, last_ or each_",
        "age(like) # age takes a list, a first or a last, not \"like\"",
        "contains(like, postId) # contains takes a list, not \"like\"",
        "like + 'a' # a text is used where a number is needed"
      })
  void nameWithoutMeaning_isAFaultAtItsLine(String formula, String fault) {
    assertThat(faults("f: \"" + formula.replace("\"", "'") + "\""))
        .singleElement()
        .asString()
        .startsWith("c.yaml:13: formula \"f\" of group \"post\": " + fault + " (at character ");
  }

  @Test
  void faultOfGrammar_isToldWithItsPlace_andOnce() {
    assertThat(faults("f: like +", "g: f * 2"))
        .containsExactly(
            "c.yaml:13: formula \"f\" of group \"post\" is not a formula: expected a number, a text or"
                + " a name, found the end of the formula (at character 7 of \"like +\")");
  }

  @Test
  void cycle_isToldOnce_whereItBegins() {
    assertThat(faults("a: b + 1", "b: c.1h", "c: a", "d: a"))
        .containsExactly(
            "c.yaml:13: formula \"a\" of group \"post\": a cycle of formulas: post.a -> post.b ->"
                + " post.c -> post.a");
  }

  @Test
  void formulaThatOthersMakeTooLarge_isAFault_andNotLong() {
    List<String> formulas = new ArrayList<>(List.of("f0: like"));
    for (int i = 1; i < 40; i++) {
      formulas.add("f%d: f%d + f%d".formatted(i, i - 1, i - 1));
    }
    assertThat(faults(formulas.toArray(String[]::new)).get(0))
        .contains("it has more than 1000 parts, with those of the formulas that it names");
    List<String> chain = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      chain.add("f%d: f%d + 1".formatted(i, i + 1));
    }
    chain.add("f5000: like");
    assertThat(faults(chain.toArray(String[]::new)).get(0))
        .contains("formulas name formulas more than 100 deep");
  }

  @Test
  void setOfAFaultyFormula_isNoFurtherFault() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml", with("f: lik / view") + "sets: {s: [post.f.1h, post.f, x.y.z]}\n"));
    assertThat(invalid.faults()).hasSize(2).last().asString().contains("unknown feature \"x.y.z\"");
  }

  @Test
  void clash_isAFault() {
    assertThat(faults("view: like", "dwell_mean: like"))
        .containsExactly(
            "c.yaml:13: clash: formula \"view\" of group \"post\" has the name of one of its"
                + " measures",
            "c.yaml:14: clash: formula \"dwell_mean\" of group \"post\" has the name of one of its"
                + " measures");
  }

  /** People write {@code smooth: smooth(…)}. */
  @Test
  void formula_mayHaveTheNameOfAFunction_butNotOfAnOperatorOrInterval() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml", with("smooth: \"smooth(like, view, 0.05, 20)\"", "f: \"`smooth`.1h / 2\""));
    assertThat(catalog.features()).containsKeys("post.smooth.1h", "post.f");
    assertThat(faults("not: like", "lifetime: like", "a-b: like"))
        .containsExactly(
            "c.yaml:13: formula \"not\" has a name that is a keyword of formulas",
            "c.yaml:14: formula \"lifetime\" has the name of an interval",
            "c.yaml:15: formula \"a-b\" has a bad name; expected letters, digits and _, the first"
                + " not a digit");
  }

  private static FeatureFormula computed(Catalog catalog, String feature) {
    Feature found = catalog.feature(feature).orElseThrow();
    return ((Feature.Computed) found.origin()).formula();
  }

  /** Evaluates a formula with operand values from the test. */
  private static double value(FeatureFormula formula, ToDoubleFunction<FeatureOperand> values) {
    List<FeatureOperand> slots = new ArrayList<>();
    Expression expression =
        formula.compile(
            operand -> {
              slots.add(operand);
              return slots.size() - 1;
            });
    return expression.evaluate(
        new Operands() {
          @Override
          protected double number(int slot) {
            return values.applyAsDouble(slots.get(slot));
          }
        });
  }

  @Test
  void operands_areOutputsOfGroupsAtIntervals() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            with(
                "f: \"smooth(like, view, prior: creator.ctr.30d ?? 0.05, weight: 20)\"",
                "g: \"countries[country].1d + share(countries['DE'])\"",
                "h: like / view + like / days.1d + dwell_mean / view"));
    Group post = catalog.group("post").orElseThrow();
    Group creator = catalog.group("creator").orElseThrow();
    assertThat(computed(catalog, "post.f.last_1h").operands())
        .containsExactly(
            new FeatureOperand.Value(post, 1, 3),
            new FeatureOperand.Value(post, 0, 3),
            new FeatureOperand.Quotient(creator, 1, 0, 1));
    assertThat(computed(catalog, "post.g.1h").operands())
        .containsExactly(
            new FeatureOperand.Entry(post, 5, 1, "country", true),
            new FeatureOperand.Share(post, 5, 0, "DE", false));
    // Values at two intervals, or values that do not decay, are not divided as stored.
    assertThat(computed(catalog, "post.h.1h").operands())
        .containsExactly(
            new FeatureOperand.Quotient(post, 1, 0, 0),
            new FeatureOperand.Value(post, 1, 0),
            new FeatureOperand.Value(post, 2, 1),
            new FeatureOperand.Value(post, 3, 0),
            new FeatureOperand.Value(post, 0, 0));
    // (4 + 20 * 0.5) / (8 + 20)
    assertThat(
            value(
                computed(catalog, "post.f.1h"),
                operand ->
                    operand instanceof FeatureOperand.Quotient
                        ? 0.5
                        : operand.output() == 1 ? 4 : 8))
        .isEqualTo(0.5);
  }

  @Test
  void rate_isPerHour_ofTauOrWindow() {
    Catalog catalog = CatalogLoader.parse("c.yaml", with("f: rate(like)", "g: rate(f.1d)"));
    // Lifetime and sessions have no length.
    assertThat(catalog.features().keySet().stream().filter(name -> name.startsWith("post.f.")))
        .containsExactly("post.f.1h", "post.f.1d", "post.f.last_1h");
    assertThat(value(computed(catalog, "post.f.1d"), operand -> 48)).isEqualTo(2);
    assertThat(value(computed(catalog, "post.f.last_1h"), operand -> 48)).isEqualTo(48);
    assertThat(value(computed(catalog, "post.g"), operand -> 48)).isEqualTo(2.0 / 24);
  }

  @Test
  void ratio_isAFormula_andStaysARatioOfCountsAndSums() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            with("f: ctr ?? 0")
                + "    ratios: {ctr: {of: like, per: view, prior: 0.05, weight: 20}, odd: {of:"
                + " dwell_mean, per: like}}\n");
    FeatureFormula ctr = computed(catalog, "post.ctr.1h");
    assertThat(ctr).hasToString("smooth(like, view, prior: 0.05, weight: 20)");
    // (3 + 20 * 0.05) / (30 + 20)
    assertThat(value(ctr, operand -> operand.output() == 1 ? 3 : 30)).isEqualTo(0.08);
    assertThat(catalog.feature("post.ctr.1h").orElseThrow().ratio())
        .contains(catalog.group("post").orElseThrow().ratios().get(0));
    assertThat(catalog.group("post").orElseThrow().ratios()).hasSize(1);
    assertThat(computed(catalog, "post.odd.1h")).hasToString("dwell_mean / like");
  }

  @Test
  void measureOfAnyCharacters_isNamedInBackquotes() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            """
            groups:
              my-group:
                key: [a]
                counts: [odd one, min]
                intervals: [1h]
                ratios: {r: {of: odd one, per: min}}
                features: {f: "`odd one`.1h / `my-group`.`min`.1h"}
            """);
    assertThat(computed(catalog, "my-group.r.1h")).hasToString("`odd one` / `min`");
    assertThat(computed(catalog, "my-group.f").operands())
        .isEqualTo(computed(catalog, "my-group.r.1h").operands())
        .hasSize(1);
  }

  @Test
  void formula_hasTheTypeOfWhatItGives_andWordsAboutIt() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            with(
                "f: {formula: \"if(view.1h > 10, 'hot', 'new')\", description: how it does, owner:"
                    + " feed, unit: none}",
                "g: \"if(view.1h > 10, 'hot', 0)\""));
    Feature feature = catalog.feature("post.f").orElseThrow();
    assertThat(feature.type()).isEqualTo(FeatureType.TEXT);
    assertThat(feature.metadata().description()).contains("how it does");
    assertThat(feature.metadata().owner()).contains("feed");
    assertThat(feature.metadata().unit()).contains("none");
    assertThat(catalog.feature("post.g").orElseThrow().type())
        .isEqualTo(FeatureType.NUMBER_OR_TEXT);
  }

  @Test
  void listsFirstsAndLasts_areOperandsWithoutIntervals() {
    Catalog catalog =
        CatalogLoader.parse(
            "c.yaml",
            with(
                "seen: \"contains(recent, userId)\"",
                "f: size(recent) + 10 * age(recent) + 100 * age(created)",
                "g: created",
                "h: \"if(created == 'x', 1, 2)\""));
    Group post = catalog.group("post").orElseThrow();
    assertThat(computed(catalog, "post.seen").operands())
        .containsExactly(new FeatureOperand.Contains(post, 6, 0, "userId"));
    FeatureFormula f = computed(catalog, "post.f");
    assertThat(f.operands())
        .containsExactly(
            new FeatureOperand.Size(post, 6, -1),
            new FeatureOperand.Age(post, 6),
            new FeatureOperand.Age(post, 7));
    assertThat(f.operands()).allMatch(operand -> operand.interval() == -1);
    assertThat(
            value(
                f,
                operand ->
                    operand instanceof FeatureOperand.Size ? 3 : operand.output() == 6 ? 4 : 5))
        .isEqualTo(543);
    assertThat(computed(catalog, "post.g").operands())
        .containsExactly(new FeatureOperand.Scalar(post, 7));
    assertThat(catalog.feature("post.g").orElseThrow().type())
        .isEqualTo(FeatureType.NUMBER_OR_TEXT);
    assertThat(value(computed(catalog, "post.h"), operand -> 9)).isEqualTo(2);
    // The implicit features of every list and first are formulas, too.
    assertThat(computed(catalog, "post.recent.size")).hasToString("size(recent)");
    assertThat(computed(catalog, "post.created.age").operands())
        .containsExactly(new FeatureOperand.Age(post, 7));
  }
}
