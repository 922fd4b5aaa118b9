package io.countermachine.bench.writes;

import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Events of users and posts drawn by Zipf's law, the same each time; a post's creator and category
 * are its own. As the rates are known, so is what counters have long settled at.
 */
final class WritesLoad {
  private static final List<String> TYPES =
      List.of("view", "like", "click", "comment", "timespent");
  private static final double[] TYPE_SHARES = {0.6, 0.1, 0.2, 0.02, 0.08};
  private static final double MEAN_TIMESPENT = 30_000;
  private static final int TIMESPENT = 4;
  private static final int CREATORS_PER_POST = 10;
  private static final int CATEGORIES = 50;
  private static final double LATE_SHARE = 0.1;
  private static final int LATEST_MILLIS = 60_000;
  private static final double LIFETIME_MILLIS = 30 * 86_400_000.0;
  private static final long SEED = 20260101;

  private final SplittableRandom random = new SplittableRandom(SEED);
  private final double perMilli;
  private final double[] cumulated;
  private final double[] creatorShares;
  private final double[] categoryShares = new double[CATEGORIES];
  private int type;
  private int user;
  private int post;
  private long timeMillis;

  /**
   * A load of so many events per second.
   *
   * @param users how many users, and as many posts
   */
  WritesLoad(int perSecond, int users, double exponent) {
    perMilli = perSecond / 1_000.0;
    cumulated = new double[users];
    double sum = 0;
    for (int rank = 0; rank < users; rank++) {
      sum += Math.pow(rank + 1, -exponent);
      cumulated[rank] = sum;
    }
    creatorShares = new double[users / CREATORS_PER_POST + 1];
    for (int rank = 0; rank < users; rank++) {
      cumulated[rank] /= sum;
      creatorShares[rank / CREATORS_PER_POST] += share(rank);
      categoryShares[rank % CATEGORIES] += share(rank);
    }
  }

  private double share(int rank) {
    return rank == 0 ? cumulated[0] : cumulated[rank] - cumulated[rank - 1];
  }

  /** Draws the event that comes at an instant, and one in ten of them happened earlier. */
  void draw(long nowMillis) {
    type = pick(TYPE_SHARES);
    user = rank();
    post = rank();
    timeMillis =
        random.nextDouble() < LATE_SHARE ? nowMillis - random.nextInt(LATEST_MILLIS) : nowMillis;
  }

  private int pick(double[] shares) {
    double draw = random.nextDouble();
    for (int i = 0; i < shares.length; i++) {
      draw -= shares[i];
      if (draw < 0) {
        return i;
      }
    }
    return 0;
  }

  private int rank() {
    int found = Arrays.binarySearch(cumulated, random.nextDouble());
    return Math.min(found < 0 ? -found - 1 : found, cumulated.length - 1);
  }

  String type() {
    return TYPES.get(type);
  }

  long timeMillis() {
    return timeMillis;
  }

  double amount() {
    return type == TIMESPENT ? 2 * MEAN_TIMESPENT * random.nextDouble() : 1;
  }

  /** The key of the event's item in a group. */
  String key(Group group) {
    StringBuilder key = new StringBuilder();
    for (String field : group.keyFields()) {
      key.append(key.isEmpty() ? "" : "|").append(field.charAt(0)).append(number(field));
    }
    return key.toString();
  }

  private int number(String field) {
    return switch (field) {
      case "userId" -> user;
      case "postId" -> post;
      case "creatorId" -> post / CREATORS_PER_POST;
      case "categoryId" -> post % CATEGORIES;
      default -> throw new IllegalArgumentException("the events have no " + field);
    };
  }

  /**
   * What the event's key of a group has settled at: rate times tau, and thirty days of it for
   * lifetime.
   */
  Counters settled(Group group, long nowMillis) {
    double share = 1;
    for (String field : group.keyFields()) {
      share *=
          switch (field) {
            case "userId" -> share(user);
            case "postId" -> share(post);
            case "creatorId" -> creatorShares[post / CREATORS_PER_POST];
            case "categoryId" -> categoryShares[post % CATEGORIES];
            default -> throw new IllegalArgumentException("the events have no " + field);
          };
    }
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(nowMillis);
    for (int measure = 0; measure < group.measures().size(); measure++) {
      int event = TYPES.indexOf(group.measures().get(measure).name());
      double rate = share * perMilli * TYPE_SHARES[event];
      double worth = event == TIMESPENT ? MEAN_TIMESPENT : 1;
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        double tau = Math.min(LIFETIME_MILLIS, group.tauMillis(interval));
        counters.restore(measure, interval, rate * worth * tau);
      }
    }
    return counters;
  }
}
