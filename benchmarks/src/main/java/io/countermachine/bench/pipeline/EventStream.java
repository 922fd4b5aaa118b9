package io.countermachine.bench.pipeline;

import io.countermachine.bench.mix.EventMix;
import io.countermachine.bench.mix.Zipf;
import java.util.SplittableRandom;

/**
 * The benchmark's events, the same each time they are gone through: users and posts by Zipf's law,
 * a post's creator and category its own, one event in ten late.
 */
public final class EventStream {
  private static final byte[][] NAMES =
      EventMix.TYPES.stream().map(EventText::bytes).toArray(byte[][]::new);

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
    random = new SplittableRandom(EventMix.SEED);
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
    type = EventMix.drawType(random);
    user = keys.draw(random);
    post = keys.draw(random);
    boolean late = random.nextDouble() < EventMix.LATE_SHARE;
    seconds = late ? atSeconds - 1 - random.nextInt(EventMix.LATEST_SECONDS) : atSeconds;
    value = type == EventMix.TIMESPENT ? random.nextInt(EventMix.LONGEST_TIMESPENT_MILLIS) : 0;
  }

  int type() {
    return type;
  }

  long timeMillis() {
    return seconds * 1_000;
  }

  /** What the event adds to the measure of its name. */
  double amount() {
    return type == EventMix.TIMESPENT ? value : 1;
  }

  /** The value of a key field. */
  String field(String name) {
    return switch (name) {
      case "userId" -> "u" + user;
      case "postId" -> "p" + post;
      case "creatorId" -> "c" + EventMix.creator(post);
      case "categoryId" -> "t" + EventMix.category(post);
      default -> throw new IllegalArgumentException("the events have no " + name);
    };
  }

  byte[] json() {
    text.begin(NAMES[type])
        .user(user)
        .post(post)
        .creator(EventMix.creator(post))
        .category(EventMix.category(post));
    text.at(seconds);
    if (type == EventMix.TIMESPENT) {
      text.duration(value);
    }
    return text.end();
  }
}
