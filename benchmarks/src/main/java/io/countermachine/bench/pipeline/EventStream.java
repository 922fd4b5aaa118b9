package io.countermachine.bench.pipeline;

import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * The benchmark's events, the same each time they are gone through: users and posts by Zipf's law,
 * a post's creator and category its own, one event in ten late.
 */
public final class EventStream {
  static final String[] TYPES = {"view", "like", "click", "comment", "timespent"};
  static final int TIMESPENT = 4;
  private static final byte[][] NAMES =
      Stream.of(TYPES).map(EventText::bytes).toArray(byte[][]::new);
  static final int LATEST_SECONDS = 60;
  public static final double LATE_SHARE = 0.1;

  private static final double[] TYPE_SHARES = {0.6, 0.1, 0.2, 0.02, 0.08};

  private static final int CREATORS_PER_POST = 10;
  private static final int CATEGORIES = 50;
  private static final int LONGEST_MILLIS = 60_000;
  private static final long SEED = 20260101;

  /**
   * What the events are drawn from.
   *
   * @param events how many
   * @param users how many users, and as many posts
   * @param skew Zipf's exponent, 0 for uniform
   * @param perSecond events in a second of their own time
   * @param endSeconds epoch seconds of the last
   */
  public record Shape(long events, int users, double skew, int perSecond, long endSeconds) {
    /** So that the tutorial's job has windows as a live stream would give it. */
    private static final int USUAL_PER_SECOND = 5_000;

    private static final long AGO_SECONDS = 300;

    /** Events that ended some minutes ago. */
    public static Shape of(long events, int users, double skew) {
      return new Shape(
          events, users, skew, USUAL_PER_SECOND, System.currentTimeMillis() / 1_000 - AGO_SECONDS);
    }
  }

  private final Shape shape;
  private final Zipf keys;
  private final EventText text = new EventText();
  private SplittableRandom random;
  private long next;

  private int type;
  private int user;
  private int post;
  private long seconds;
  private int value;

  public EventStream(Shape shape) {
    this.shape = shape;
    this.keys = new Zipf(shape.users(), shape.skew());
    rewind();
  }

  public Shape shape() {
    return shape;
  }

  /** Goes back to the first event. */
  void rewind() {
    random = new SplittableRandom(SEED);
    next = 0;
  }

  /** Moves to the next event; whether there was one. */
  boolean advance() {
    if (next == shape.events()) {
      return false;
    }
    long behind = (shape.events() - 1 - next) / shape.perSecond();
    draw(shape.endSeconds() - behind);
    next++;
    return true;
  }

  /** Draws an event that happens at an instant, or a little earlier. */
  void draw(long atSeconds) {
    type = drawType();
    user = keys.draw(random);
    post = keys.draw(random);
    boolean late = random.nextDouble() < LATE_SHARE;
    seconds = late ? atSeconds - 1 - random.nextInt(LATEST_SECONDS) : atSeconds;
    value = type == TIMESPENT ? random.nextInt(LONGEST_MILLIS) : 0;
  }

  private int drawType() {
    double draw = random.nextDouble();
    for (int i = 0; i < TYPE_SHARES.length; i++) {
      draw -= TYPE_SHARES[i];
      if (draw < 0) {
        return i;
      }
    }
    return 0;
  }

  int type() {
    return type;
  }

  long timeMillis() {
    return seconds * 1_000;
  }

  /** What the event adds to the measure of its name. */
  double amount() {
    return type == TIMESPENT ? value : 1;
  }

  /** The value of a key field. */
  String field(String name) {
    return switch (name) {
      case "userId" -> "u" + user;
      case "postId" -> "p" + post;
      case "creatorId" -> "c" + creator();
      case "categoryId" -> "t" + category();
      default -> throw new IllegalArgumentException("the events have no " + name);
    };
  }

  private int creator() {
    return post / CREATORS_PER_POST;
  }

  private int category() {
    return post % CATEGORIES;
  }

  byte[] json() {
    text.begin(NAMES[type]).user(user).post(post).creator(creator()).category(category());
    text.at(seconds);
    if (type == TIMESPENT) {
      text.duration(value);
    }
    return text.end();
  }
}
