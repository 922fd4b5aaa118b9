package io.countermachine.bench.events;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The composition of the benchmarks' events: the frequency of types, lateness, and the owners of
 * posts.
 */
public final class EventMix {
  public static final List<String> TYPES = List.of("view", "like", "click", "comment", "timespent");

  /** The type that adds an amount: uniform, up to the longest. */
  public static final int TIMESPENT = 4;

  public static final int LONGEST_TIMESPENT_MILLIS = 60_000;

  /** The share of late events. Lateness is uniform up to the maximum. */
  public static final double LATE_SHARE = 0.1;

  public static final int LATEST_SECONDS = 60;
  public static final int POSTS_PER_CREATOR = 10;
  public static final int CATEGORIES = 50;

  /** A fixed seed, so that the events are the same each time. */
  public static final long SEED = 20260101;

  private static final int LIKE = 1;
  private static final int COMMENT = 3;
  private static final int LONG_STAY_MILLIS = 8_000;
  private static final int SHORT_STAY_MILLIS = 2_000;
  private static final double[] TYPE_SHARES = {0.6, 0.1, 0.2, 0.02, 0.08};

  private EventMix() {}

  /** The share of a type among all events. */
  public static double share(int type) {
    return TYPE_SHARES[type];
  }

  /** Draws a type according to its frequency. */
  public static int drawType(SplittableRandom random) {
    double draw = random.nextDouble();
    for (int type = 0; type < TYPE_SHARES.length; type++) {
      draw -= TYPE_SHARES[type];
      if (draw < 0) {
        return type;
      }
    }
    return 0;
  }

  /**
   * What an event of a type and value weighs as an event of a name: 1 as what it is, and as an
   * event that {@code thousand.yaml} makes of it what is written there; 0 as any other.
   */
  public static double weight(String event, int type, int value) {
    boolean stay = type == TIMESPENT;
    return switch (event) {
      case "long_stay" -> stay && value >= LONG_STAY_MILLIS ? 1 : 0;
      case "short_stay" -> stay && value < SHORT_STAY_MILLIS ? 1 : 0;
      case "react" -> type == LIKE || type == COMMENT ? 1 : 0;
      case "engage" -> type == LIKE ? 1 : type == COMMENT ? 3 : 0;
      default -> TYPES.get(type).equals(event) ? 1 : 0;
    };
  }

  public static int creator(int post) {
    return post / POSTS_PER_CREATOR;
  }

  public static int category(int post) {
    return post % CATEGORIES;
  }
}
