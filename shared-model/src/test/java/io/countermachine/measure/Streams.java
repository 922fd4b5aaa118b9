package io.countermachine.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random lists of events: ties, gaps of exactly a session's gap, values far apart, opposites, and
 * in some lists years between events.
 */
final class Streams {
  static final long BASE = 1_707_605_599_000L;

  private static final long YEAR = 365L * 24 * 3_600_000;

  private Streams() {}

  static List<Happening> stream(Random random, long unit, long gap, boolean takeBack) {
    List<Happening> stream = new ArrayList<>();
    int size = 1 + random.nextInt(40);
    long instant = BASE + random.nextInt(1_000) * unit;
    double scale = Math.pow(10, random.nextInt(9) - 2);
    double center = random.nextBoolean() ? 0 : 1e6 * random.nextGaussian();
    boolean years = random.nextInt(4) == 0;
    for (int i = 0; i < size; i++) {
      if (years && random.nextInt(5) == 0) {
        instant += YEAR;
      }
      long step =
          switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> gap;
            case 2 -> gap + unit;
            case 3 -> gap - unit;
            default -> ((long) (random.nextDouble() * random.nextDouble() * 60_000 / unit)) * unit;
          };
      instant += step;
      double value =
          random.nextInt(8) == 0 ? 0 : center + scale * Math.exp(2 * random.nextGaussian());
      double weight = random.nextInt(3) > 0 ? 1 : 0.25 * (1 + random.nextInt(20));
      stream.add(
          new Happening(
              i == 0 || random.nextInt(5) > 0,
              instant,
              weight,
              random.nextInt(5) == 0 ? -value : value,
              label(random),
              false,
              false));
    }
    if (takeBack) {
      for (int i = 0; i < size; i++) {
        if (random.nextInt(3) == 0) {
          stream.add(stream.get(i).opposite());
          stream.set(i, stream.get(i).undone());
        }
      }
    }
    return stream;
  }

  private static String label(Random random) {
    int number = (int) Math.min(7, Math.abs(random.nextGaussian() * 3));
    return number == 7 ? "other" : "label" + number;
  }
}
