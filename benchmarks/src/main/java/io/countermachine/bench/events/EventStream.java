package io.countermachine.bench.events;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.countermachine.catalog.Group;
import io.countermachine.item.ItemKey;
import io.countermachine.json.JsonBytes;
import java.util.SplittableRandom;

/**
 * The benchmarks' events, the same in each pass: users and posts follow Zipf's law, a post always
 * has the same creator and category, and one event in ten is late.
 */
public final class EventStream {
  private static final byte[][] NAMES =
      EventMix.TYPES.stream().map(EventStream::bytes).toArray(byte[][]::new);
  private static final byte[] NAME = bytes("{\"eventName\":\"");
  private static final byte[] USER = bytes("\",\"userId\":\"u");
  private static final byte[] POST = bytes("\",\"postId\":\"p");
  private static final byte[] CREATOR = bytes("\",\"creatorId\":\"c");
  private static final byte[] CATEGORY = bytes("\",\"categoryId\":\"t");
  private static final byte[] TIME = bytes("\",\"eventTs\":");
  private static final byte[] DURATION = bytes(",\"durationMs\":");

  /**
   * The parameters of the events.
   *
   * @param events the number of events
   * @param users the number of users, and of posts
   * @param skew the exponent of Zipf's law, 0 for uniform
   * @param perSecond events per second of event time
   * @param endSeconds the instant of the last event, epoch seconds
   */
  public record Shape(long events, int users, double skew, int perSecond, long endSeconds) {
    /** Realistic for a live stream, so that windows of the tutorial's job have a typical size. */
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
  private final JsonBytes text = new JsonBytes();
  private SplittableRandom random;
  private long next;

  private int type;
  private int user;
  private int post;
  private long millis;
  private int value;

  public EventStream(Shape shape) {
    this.shape = shape;
    this.keys = new Zipf(shape.users(), shape.skew());
    rewind();
  }

  public Shape shape() {
    return shape;
  }

  /** The distribution of users and posts. */
  public Zipf keys() {
    return keys;
  }

  /** Returns to the first event. */
  public void rewind() {
    random = new SplittableRandom(EventMix.SEED);
    next = 0;
  }

  /** Moves to the next event. Returns false if there is none. */
  public boolean advance() {
    if (next == shape.events()) {
      return false;
    }
    long behind = (shape.events() - 1 - next) / shape.perSecond();
    draw((shape.endSeconds() - behind) * 1_000);
    next++;
    return true;
  }

  /** Draws an event at an instant, or some seconds before it. */
  public void draw(long atMillis) {
    type = EventMix.drawType(random);
    user = keys.draw(random);
    post = keys.draw(random);
    boolean late = random.nextDouble() < EventMix.LATE_SHARE;
    millis = late ? atMillis - 1_000L * (1 + random.nextInt(EventMix.LATEST_SECONDS)) : atMillis;
    value = type == EventMix.TIMESPENT ? random.nextInt(EventMix.LONGEST_TIMESPENT_MILLIS) : 0;
  }

  public int type() {
    return type;
  }

  public long timeMillis() {
    return millis;
  }

  /** The amount that the event adds to the measure of its name. */
  public double amount() {
    return type == EventMix.TIMESPENT ? value : 1;
  }

  /** What a sum adds up; 0 where the type has no value. */
  public int value() {
    return value;
  }

  /** The number in the value of a key field. */
  public int number(String field) {
    return switch (field) {
      case "userId" -> user;
      case "postId" -> post;
      case "creatorId" -> EventMix.creator(post);
      case "categoryId" -> EventMix.category(post);
      default -> throw new IllegalArgumentException("the events have no " + field);
    };
  }

  /** The value of a key field. */
  public String field(String name) {
    int number = number(name);
    return (name.equals("categoryId") ? 't' : name.charAt(0)) + Integer.toString(number);
  }

  /** The event's key in a group. */
  public String key(Group group) {
    return ItemKey.join(group.keyFields().stream().map(this::field).toArray(String[]::new));
  }

  /** The event as it is sent, with its instant in whole seconds. */
  public byte[] json() {
    return json(text, type, user, post, millis / 1_000, value);
  }

  /**
   * Writes bytes directly, without intermediate strings, because the load is generated on the same
   * cores on which the contender is measured.
   */
  static byte[] json(JsonBytes text, int type, int user, int post, long seconds, int value) {
    text.clear();
    text.write(NAME);
    text.write(NAMES[type]);
    text.write(USER);
    text.write(user);
    text.write(POST);
    text.write(post);
    text.write(CREATOR);
    text.write(EventMix.creator(post));
    text.write(CATEGORY);
    text.write(EventMix.category(post));
    text.write(TIME);
    text.write(seconds);
    if (type == EventMix.TIMESPENT) {
      text.write(DURATION);
      text.write(value);
    }
    text.write('}');
    return text.toArray();
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(US_ASCII);
  }
}
