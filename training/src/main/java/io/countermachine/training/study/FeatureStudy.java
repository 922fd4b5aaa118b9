package io.countermachine.training.study;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes what each feature tells about the label, alone and together with others. All of it is
 * SQL.
 */
final class FeatureStudy {
  /**
   * Values are divided into this many bins with about the same number of rows. Null is one more
   * bin.
   */
  private static final int BINS = 20;

  /** If two features have a larger rank correlation, one of them is enough. */
  private static final double SAME = 0.95;

  /** A feature that alone is stronger than this probably contains the answer. */
  private static final double LEAKING = 0.98;

  /** A population stability index above this is a shift, by the usual convention. */
  private static final double SHIFTED = 0.25;

  /** A feature needs more information than chance gives, by so many standard deviations. */
  private static final double ABOVE_CHANCE = 3;

  private final FeatureTable table;
  private final Map<String, Finding> findings = new LinkedHashMap<>();
  private final Map<String, double[]> correlations = new LinkedHashMap<>();
  private long rows;
  private double base;

  FeatureStudy(FeatureTable table) {
    this.table = table;
  }

  /**
   * The findings about a feature.
   *
   * @param present the share of rows that have a value
   * @param nonZero the share of rows whose value is not 0
   * @param auc the probability that a row with the label has a larger value than one without
   * @param information mutual information with the label, bits
   * @param chance information that a feature without any can have in this table, bits
   * @param drift the population stability index between the first and the second half of the time
   */
  record Finding(
      String feature,
      double present,
      double nonZero,
      double auc,
      double information,
      double chance,
      double drift) {
    /** The strength, independent of the sign: 0.5 is none, 1 is perfect. */
    double strength() {
      return Math.max(auc, 1 - auc);
    }

    boolean isLeaking() {
      return strength() > LEAKING;
    }

    boolean isInformative() {
      return information > chance;
    }

    boolean isShifted() {
      return drift > SHIFTED;
    }
  }

  /** Studies each feature. */
  void run() throws SQLException {
    double[] totals = table.row("SELECT count(*), avg(label) FROM rows");
    rows = (long) totals[0];
    base = totals[1];
    if (rows == 0 || !(base > 0 && base < 1)) {
      throw new IllegalStateException(
          "the label has to be 0 in some rows and 1 in others; there are %d rows, of which it is 1 in a share of %s"
              .formatted(rows, base));
    }
    for (String feature : table.features()) {
      findings.put(feature, find(feature));
    }
    correlate();
  }

  private Finding find(String feature) throws SQLException {
    String column = FeatureTable.quoted(feature);
    double[] coverage =
        table.row(
            "SELECT avg(CASE WHEN %1$s IS NOT NULL THEN 1 ELSE 0 END), avg(CASE WHEN %1$s <> 0 THEN 1 ELSE 0 END) FROM rows"
                .formatted(column));
    // The statistic of Mann and Whitney: equal values get the mean of their ranks, and null ranks
    // lowest.
    double[] auc =
        table.row(
            ("WITH ranked AS (SELECT label, rank() OVER (ORDER BY coalesce(%1$s, '-infinity'::DOUBLE)) + (count(*) OVER (PARTITION BY coalesce(%1$s, '-infinity'::DOUBLE)) - 1) / 2.0 AS r FROM rows) "
                    + "SELECT (sum(r) FILTER (label = 1) - count(*) FILTER (label = 1) * (count(*) FILTER (label = 1) + 1) / 2.0) / (count(*) FILTER (label = 1)::DOUBLE * count(*) FILTER (label = 0)) FROM ranked")
                .formatted(column));
    Information information = information(column);
    return new Finding(
        feature,
        coverage[0],
        coverage[1],
        auc[0],
        information.bits(),
        information.chance(),
        drift(column));
  }

  /** A common table expression with each row's bin of a column. Equal values are in one bin. */
  private static String binned(String column) {
    return "WITH binned AS (SELECT label, instant, CASE WHEN %1$s IS NULL THEN -1 ELSE CAST(floor(%2$d * (rank() OVER (ORDER BY %1$s NULLS LAST) - 1) / greatest(1, count(%1$s) OVER ())) AS INTEGER) END AS bin FROM rows) "
        .formatted(column, BINS);
  }

  /**
   * The mutual information of a column with the label, and what chance gives one without any.
   * Source of the latter: S. S. Wilks, 1938: 2 ln(2) times rows times bits is distributed as
   * chi-squared, here with one degree of freedom less than there are bins.
   */
  private Information information(String column) throws SQLException {
    double bits = 0;
    Set<Double> bins = new HashSet<>();
    for (double[] cell :
        table.rows(
            binned(column)
                + ", joint AS (SELECT bin, label, count(*) / (SELECT count(*) FROM rows)::DOUBLE AS p FROM binned GROUP BY ALL) "
                + "SELECT p, sum(p) OVER (PARTITION BY bin), sum(p) OVER (PARTITION BY label), bin FROM joint")) {
      bits += cell[0] * Math.log(cell[0] / (cell[1] * cell[2])) / Math.log(2);
      bins.add(cell[3]);
    }
    double freedom = bins.size() - 1;
    double chance = (freedom + ABOVE_CHANCE * Math.sqrt(2 * freedom)) / (2 * Math.log(2) * rows);
    return new Information(Math.max(0, bits), chance);
  }

  /** Both in bits. */
  private record Information(double bits, double chance) {}

  private double drift(String column) throws SQLException {
    double index = 0;
    for (double[] cell :
        table.rows(
            binned(column)
                + ", halves AS (SELECT bin, instant < (SELECT median(instant) FROM rows) AS early FROM binned) "
                + "SELECT (count(*) FILTER (early) + 0.5) / ((SELECT count(*) FROM halves WHERE early) + 0.5), (count(*) FILTER (NOT early) + 0.5) / ((SELECT count(*) FROM halves WHERE NOT early) + 0.5) FROM halves GROUP BY bin")) {
      index += (cell[0] - cell[1]) * Math.log(cell[0] / cell[1]);
    }
    return index;
  }

  /** Rank correlations of all pairs, a row for each feature. A constant feature has none. */
  private void correlate() throws SQLException {
    List<String> names = table.features();
    List<String> ranks = new ArrayList<>();
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      ranks.add(
          "rank() OVER (ORDER BY coalesce(%s, '-infinity'::DOUBLE)) AS r%d"
              .formatted(FeatureTable.quoted(names.get(i)), i));
      for (int j = 0; j < i; j++) {
        pairs.add("corr(r%d, r%d)".formatted(i, j));
      }
    }
    for (String name : names) {
      correlations.put(name, new double[names.size()]);
    }
    if (pairs.isEmpty()) {
      return;
    }
    double[] found =
        table.row(
            "WITH ranked AS (SELECT %s FROM rows) SELECT %s FROM ranked"
                .formatted(String.join(", ", ranks), String.join(", ", pairs)));
    int pair = 0;
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        double value = Double.isNaN(found[pair]) ? 0 : found[pair];
        pair++;
        correlations.get(names.get(i))[j] = value;
        correlations.get(names.get(j))[i] = value;
      }
    }
  }

  long rows() {
    return rows;
  }

  /** The share of rows with the label. */
  double base() {
    return base;
  }

  /** All findings, the strongest feature first. */
  List<Finding> byStrength() {
    return findings.values().stream()
        .sorted(Comparator.comparingDouble(Finding::information).reversed())
        .toList();
  }

  private double correlation(String left, String right) {
    return Math.abs(correlations.get(left)[table.features().indexOf(right)]);
  }

  /** Groups of features that tell nearly the same, the strongest of each group first. */
  List<List<String>> groups() {
    List<List<String>> groups = new ArrayList<>();
    for (Finding finding : byStrength()) {
      List<String> same =
          groups.stream()
              .filter(group -> correlation(group.get(0), finding.feature()) > SAME)
              .findFirst()
              .orElse(null);
      if (same == null) {
        groups.add(new ArrayList<>(List.of(finding.feature())));
      } else {
        same.add(finding.feature());
      }
    }
    return groups;
  }

  /**
   * One feature in the order.
   *
   * @param gain its information minus its mean redundancy with those before it, bits
   * @param bytes what it adds to a key's state and item, as far as known
   */
  record Choice(String feature, double gain, double bytes) {}

  /**
   * The order by usefulness. Each step picks the feature with the most information after
   * subtracting its redundancy with those already chosen (minimum redundancy, maximum relevance),
   * per byte if prices are known. Among features that tell the same, it uses only the strongest. It
   * uses none that leaks, and none with less information than chance can give.
   */
  List<Choice> order(FeaturePrices prices) {
    List<Finding> left =
        new ArrayList<>(
            groups().stream()
                .map(group -> findings.get(group.get(0)))
                .filter(finding -> !finding.isLeaking() && finding.isInformative())
                .toList());
    List<Choice> chosen = new ArrayList<>();
    while (!left.isEmpty()) {
      Finding best = null;
      double most = Double.NEGATIVE_INFINITY;
      for (Finding each : left) {
        double value = gain(each, chosen);
        // Divide only gains by the price, because a high price would make a loss smaller.
        double perByte = value > 0 ? value / prices.bytes(each.feature()) : value;
        if (perByte > most) {
          most = perByte;
          best = each;
        }
      }
      chosen.add(new Choice(best.feature(), gain(best, chosen), prices.bytes(best.feature())));
      left.remove(best);
    }
    return chosen;
  }

  private double gain(Finding finding, List<Choice> chosen) {
    double redundancy = 0;
    for (Choice each : chosen) {
      double correlation = Math.min(correlation(each.feature(), finding.feature()), SAME);
      // The mutual information of two normal variables with this correlation.
      redundancy -= Math.log(1 - correlation * correlation) / (2 * Math.log(2));
    }
    double share = finding.information() / entropy();
    return finding.information() - (chosen.isEmpty() ? 0 : share * redundancy / chosen.size());
  }

  private double entropy() {
    return -(base * Math.log(base) + (1 - base) * Math.log(1 - base)) / Math.log(2);
  }
}
