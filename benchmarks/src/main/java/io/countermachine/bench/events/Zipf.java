package io.countermachine.bench.events;

import java.util.SplittableRandom;

/** Ranks from 0, each drawn in proportion to a power of it. */
public final class Zipf {
  private final double[] cumulated;

  /** The exponent 0 makes all ranks alike. */
  public Zipf(int ranks, double exponent) {
    cumulated = new double[ranks];
    double sum = 0;
    for (int rank = 0; rank < ranks; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      cumulated[rank] = sum;
    }
  }

  /** The part of all draws that is a rank. */
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
