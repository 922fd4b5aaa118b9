package io.countermachine.bench.events;

import java.util.SplittableRandom;

/** Draws ranks from 0. The probability of each is proportional to a power of it. */
public final class Zipf {
  private final double[] cumulated;

  /** Creates a distribution. With the exponent 0, all ranks are equally likely. */
  public Zipf(int ranks, double exponent) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      cumulated[rank] = sum;
    }
  }

  /** The probability of a rank. */
  public double share(int rank) {
    double below = rank == 0 ? 0 : cumulated[rank - 1];
    return (cumulated[rank] - below) / cumulated[cumulated.length - 1];
  }

  public int draw(SplittableRandom random) {
    double draw = random.nextDouble() * cumulated[cumulated.length - 1];
    int low = 0;
    int high = cumulated.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulated[middle] <= draw) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
