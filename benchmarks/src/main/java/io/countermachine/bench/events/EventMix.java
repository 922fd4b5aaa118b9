package io.countermachine.bench.events;

import java.util.List;
import java.util.SplittableRandom;

/** What the benchmarks' events are: how often users do what, how late, and whose a post is. */
public final class EventMix {
  public static final List<String> TYPES = List.of("view", "like", "click", "comment", "timespent");

  /** The one of the types that adds an amount: up to the longest, uniformly. */
  public static final int TIMESPENT = 4;

  public static final int LONGEST_TIMESPENT_MILLIS = 60_000;

  /** Of all events; each by up to the latest. */
  public static final double LATE_SHARE = 0.1;

  public static final int LATEST_SECONDS = 60;
  public static final int POSTS_PER_CREATOR = 10;
  public static final int CATEGORIES = 50;

  /** So that the events are the same each time. */
  public static final long SEED = 20260101;

  private static final double[] TYPE_SHARES = {0.6, 0.1, 0.2, 0.02, 0.08};

  private EventMix() {}

  /** The part of all events that is of a type. */
  public static double share(int type) {
    return TYPE_SHARES[type];
  }

  /** One of the types, as often as it comes. */
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

  public static int creator(int post) {
    return post / POSTS_PER_CREATOR;
  }

  public static int category(int post) {
    return post % CATEGORIES;
  }
}
