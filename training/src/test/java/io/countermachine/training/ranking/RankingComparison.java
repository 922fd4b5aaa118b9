package io.countermachine.training.ranking;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Trains models on the rows of an earlier time, once with lifetime counts alone, once with all
 * features, and once with those that {@code study} kept, and compares how well each ranks the
 * candidates of a later time.
 */
public final class RankingComparison {
  private static final String LABEL = "clicked";
  private static final String LIFETIME = ".lifetime";
  private static final Pattern KEPT = Pattern.compile(LABEL + "_features: \\[(.*)]");

  private final RankingRows train;
  private final RankingRows test;
  private final PrintStream out;

  RankingComparison(RankingRows train, RankingRows test, PrintStream out) {
    this.train = train;
    this.test = test;
    this.out = out;
  }

  /**
   * Arguments: the rows to train with, the rows to test with, what {@code study} printed of the
   * former, and the picture to write.
   */
  public static void main(String[] arguments) throws IOException, SQLException {
    if (arguments.length != 4) {
      System.err.println(
          "usage: RankingComparison TRAIN.parquet TEST.parquet STUDY.txt PICTURE.svg");
      System.exit(2);
    }
    Locale.setDefault(Locale.ROOT);
    RankingComparison comparison =
        new RankingComparison(
            RankingRows.read(Path.of(arguments[0]), LABEL),
            RankingRows.read(Path.of(arguments[1]), LABEL),
            System.out);
    comparison.compare(
        kept(Files.readString(Path.of(arguments[2]))),
        List.of(new LogisticRanker(), new BoostedRanker()));
    Files.writeString(Path.of(arguments[3]), new StrengthChart(comparison.single()).svg());
  }

  /** The features of the set that {@code study} printed. */
  static List<String> kept(String study) {
    Matcher set = KEPT.matcher(study);
    if (!set.find()) {
      throw new IllegalArgumentException("the study prints no set " + LABEL + "_features");
    }
    return Arrays.asList(set.group(1).split(", "));
  }

  /** Prints the quality of each model with each choice of features. */
  void compare(List<String> kept, List<Ranker> rankers) {
    List<String> all = train.features();
    Map<String, List<String>> choices = new LinkedHashMap<>();
    choices.put("lifetime alone", all.stream().filter(name -> name.endsWith(LIFETIME)).toList());
    choices.put("all", all);
    choices.put("kept by study", kept);
    print(
        "%,d requests to train with, %,d to test with; %d and %d without exactly one chosen candidate are left out",
        train.requests(), test.requests(), train.leftOut(), test.leftOut());
    print(
        "%-20s %-15s %8s %8s %8s %8s  %s",
        "model", "features", "number", "AUC", "MRR", "NDCG@10", "above lifetime alone");
    for (Ranker ranker : rankers) {
      RankingQuality first = null;
      for (Map.Entry<String, List<String>> choice : choices.entrySet()) {
        RankingQuality quality =
            RankingQuality.of(test, ranker.scores(train, test, choice.getValue()));
        print(
            "%-20s %-15s %8d %8.4f %8.4f %8.4f  %s",
            ranker.title(),
            choice.getKey(),
            choice.getValue().size(),
            quality.auc(),
            quality.meanReciprocalRank(),
            quality.meanGain(),
            first == null ? "" : difference(quality, first));
        first = first == null ? quality : first;
      }
    }
  }

  /** Two standard errors cover 95 % of what other requests would give. */
  private static String difference(RankingQuality quality, RankingQuality other) {
    return String.format(
        Locale.ROOT, "%+.4f ± %.4f", quality.gainOver(other), 2 * quality.errorOver(other));
  }

  private void print(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values));
  }

  /** NDCG@10 of the test's requests where one feature alone is the score. */
  Map<String, Double> single() {
    Map<String, Double> strengths = new LinkedHashMap<>();
    for (String feature : test.features()) {
      float[] scores = test.values(List.of(feature));
      for (int row = 0; row < scores.length; row++) {
        scores[row] = Float.isNaN(scores[row]) ? -1 : scores[row];
      }
      strengths.put(feature, RankingQuality.of(test, scores).meanGain());
    }
    return strengths;
  }
}
