package io.countermachine.bench.writes;

import io.countermachine.bench.mix.EventMix;
import io.countermachine.bench.mix.Zipf;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import java.util.SplittableRandom;

/**
 * Events of users and posts drawn by Zipf's law, the same each time; a post's creator and category
 * are its own. As the rates are known, so is what counters have long settled at.
 */
final class WritesLoad {
  private static final double MEAN_TIMESPENT = EventMix.LONGEST_TIMESPENT_MILLIS / 2.0;
  private static final int LATEST_MILLIS = EventMix.LATEST_SECONDS * 1_000;
  private static final double LIFETIME_MILLIS = 30 * 86_400_000.0;

  private final SplittableRandom random = new SplittableRandom(EventMix.SEED);
  private final double perMilli;
  private final Zipf ranks;
  private final double[] creatorShares;
  private final double[] categoryShares = new double[EventMix.CATEGORIES];
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
    ranks = new Zipf(users, exponent);
    creatorShares = new double[EventMix.creator(users) + 1];
    for (int rank = 0; rank < users; rank++) {
      creatorShares[EventMix.creator(rank)] += ranks.share(rank);
      categoryShares[EventMix.category(rank)] += ranks.share(rank);
    }
  }

  /** Draws the event that comes at an instant, and one in ten of them happened earlier. */
  void draw(long nowMillis) {
    type = EventMix.drawType(random);
    user = ranks.draw(random);
    post = ranks.draw(random);
    timeMillis =
        random.nextDouble() < EventMix.LATE_SHARE
            ? nowMillis - random.nextInt(LATEST_MILLIS)
            : nowMillis;
  }

  String type() {
    return EventMix.TYPES.get(type);
  }

  long timeMillis() {
    return timeMillis;
  }

  double amount() {
    return type == EventMix.TIMESPENT ? EventMix.LONGEST_TIMESPENT_MILLIS * random.nextDouble() : 1;
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
      case "creatorId" -> EventMix.creator(post);
      case "categoryId" -> EventMix.category(post);
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
            case "userId" -> ranks.share(user);
            case "postId" -> ranks.share(post);
            case "creatorId" -> creatorShares[EventMix.creator(post)];
            case "categoryId" -> categoryShares[EventMix.category(post)];
            default -> throw new IllegalArgumentException("the events have no " + field);
          };
    }
    Counters counters = new Counters(group);
    counters.restoreLastUpdate(nowMillis);
    for (int measure = 0; measure < group.measures().size(); measure++) {
      int event = EventMix.TYPES.indexOf(group.measures().get(measure).name());
      double rate = share * perMilli * EventMix.share(event);
      double worth = event == EventMix.TIMESPENT ? MEAN_TIMESPENT : 1;
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        double tau = Math.min(LIFETIME_MILLIS, group.tauMillis(interval));
        counters.restore(measure, interval, rate * worth * tau);
      }
    }
    return counters;
  }
}
