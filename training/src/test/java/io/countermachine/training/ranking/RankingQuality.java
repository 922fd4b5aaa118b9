package io.countermachine.training.ranking;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How well scores rank the chosen candidates. Candidates of equal score are in any order: a request
 * has the mean over all of these orders.
 */
final class RankingQuality {
  private static final int TOP = 10;

  private final double auc;
  private final double[] reciprocalRanks;

  /** 1 / log2(1 + rank) where the chosen one's rank is at most 10, or else 0. */
  private final double[] gains;

  private RankingQuality(double auc, double[] reciprocalRanks, double[] gains) {
    this.auc = auc;
    this.reciprocalRanks = reciprocalRanks;
    this.gains = gains;
  }

  /** The quality of a score for each row. */
  static RankingQuality of(RankingRows rows, float[] scores) {
    double[] reciprocalRanks = new double[rows.requests()];
    double[] gains = new double[rows.requests()];
    for (int request = 0; request < rows.requests(); request++) {
      float chosen = scores[rows.chosen(request)];
      int before = 0;
      int equal = 0;
      for (int row = rows.begin(request); row < rows.end(request); row++) {
        before += scores[row] > chosen ? 1 : 0;
        equal += scores[row] == chosen ? 1 : 0;
      }
      for (int rank = before + 1; rank <= before + equal; rank++) {
        reciprocalRanks[request] += 1.0 / rank / equal;
        gains[request] += rank <= TOP ? Math.log(2) / Math.log(1 + rank) / equal : 0;
      }
    }
    return new RankingQuality(auc(rows.labels(), scores), reciprocalRanks, gains);
  }

  /** Mann and Whitney's statistic: equal scores have the mean of their ranks. */
  private static double auc(float[] labels, float[] scores) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(row -> scores[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    double ranks = 0;
    long ones = 0;
    for (int begin = 0; begin < order.length; ) {
      int end = begin;
      int chosen = 0;
      while (end < order.length && scores[order[end]] == scores[order[begin]]) {
        chosen += labels[order[end++]] == 1 ? 1 : 0;
      }
      // Ranks begin + 1 to end.
      ranks += chosen * (begin + 1 + end) / 2.0;
      ones += chosen;
      begin = end;
    }
    return (ranks - ones * (ones + 1) / 2.0) / ((double) ones * (order.length - ones));
  }

  /** The probability that a chosen candidate has a higher score than another, of any request. */
  double auc() {
    return auc;
  }

  /** The mean of 1 / rank of the chosen candidates. */
  double meanReciprocalRank() {
    return Arrays.stream(reciprocalRanks).average().orElseThrow();
  }

  /** NDCG@10, where each request has one candidate that is right. */
  double meanGain() {
    return Arrays.stream(gains).average().orElseThrow();
  }

  /** How much larger the mean gain is than another's of the same requests. */
  double gainOver(RankingQuality other) {
    return meanGain() - other.meanGain();
  }

  /** The standard error of {@link #gainOver}, from the requests' differences. */
  double errorOver(RankingQuality other) {
    double mean = gainOver(other);
    double squares =
        IntStream.range(0, gains.length)
            .mapToDouble(request -> gains[request] - other.gains[request] - mean)
            .map(difference -> difference * difference)
            .sum();
    return Math.sqrt(squares / (gains.length - 1) / gains.length);
  }
}
