package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Generates difficult events from a seed: popular and rare keys, late and early events, duplicates,
 * and every kind of dead letter.
 *
 * <p>The result must not depend on when the job reads an event. So duplicates are equal byte for
 * byte, and no event is close to the limit of how far in the future it may be. The result must not
 * depend on which copy of an id is read first, either. So by record timestamp, the copies of an id
 * form clusters: all copies in a cluster are within the time for which ids are remembered, and
 * copies of different clusters never are, even if only by a millisecond.
 */
final class EventGenerator {
  private static final int USERS = 400;
  private static final int POSTS = 1_500;
  private static final int CREATORS = 200;

  /** There are few readers and posts, so that a reader returns to a post. */
  static final int READERS = 40;

  private static final int POSTS_READ = 8;

  /** The key of this user is white space, which is a normal key. */
  private static final int BLANK_USER = 7;

  private static final int REMEMBERED = 300;
  private static final int MOST_AHEAD_SECONDS = 45;
  private static final int LATE_SECONDS = 7_200;
  private static final int YEAR_SECONDS = 365 * 86_400;
  private static final int DAY_SECONDS = 86_400;
  private static final int LONGEST_KEY = 2_048;

  private static final List<String> READERS_EVENTS =
      List.of("open", "open", "open", "open", "save", "save", "unsave");

  private static final List<String> KINDS =
      List.of(
          "{\"eventName\":\"view\",\"eventTs\":",
          "[1]",
          "{\"eventName\":\"\",\"eventTs\":%d,\"userId\":\"u\"}",
          "{\"eventTs\":%d,\"userId\":\"u\"}",
          "{\"eventName\":\"engage\",\"eventTs\":%d,\"userId\":\"u\"}",
          "{\"eventName\":\"view\",\"eventTs\":1.5,\"userId\":\"u\"}",
          "{\"eventName\":\"view\",\"eventTs\":99999999999,\"userId\":\"u\"}",
          "{\"eventName\":\"view\",\"eventTs\":86400,\"userId\":\"u\"}",
          "{\"eventName\":\"timespent\",\"eventTs\":%d,\"userId\":\"u\",\"durationMs\":\"5\"}",
          "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"\"}",
          "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\""
              + "x".repeat(LONGEST_KEY + 1)
              + "\"}",
          "{\"eventName\":\"view\",\"eventTs\":%d}");

  /** How far a producer's clock is set back in some seconds of each minute. */
  private static final int SET_BACK_SECONDS = 3_600;

  /**
   * How many clusters of an id's copies there are before, and after, the cluster of its first copy.
   */
  private static final int CLUSTERS = 2;

  private static final int WITHIN_MILLIS = (int) TortureCatalogs.ID_REMEMBERED.toMillis();

  /**
   * An event to send.
   *
   * @param value null for a record without a value
   * @param kafkaMillis the record's timestamp, epoch milliseconds
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Draft(byte[] value, long kafkaMillis) {}

  private final Random random;
  private volatile double hotShare;
  private final List<Draft> sent = new ArrayList<>();
  private final Deque<byte[]> following = new ArrayDeque<>();
  private long ids;
  private long lonely;
  private int broken;

  /**
   * @param seed determines everything except the clock
   */
  EventGenerator(long seed) {
    this.random = new Random(seed);
  }

  /** From now on, this share of the events belongs to one user. */
  void hotShare(double share) {
    hotShare = share;
  }

  /** The next event, at an instant of the clock. */
  Draft next(long clockMillis) {
    if (!following.isEmpty()) {
      return new Draft(following.pop(), clockMillis);
    }
    long now = producerSeconds(clockMillis / 1_000);
    int kind = random.nextInt(1_000);
    if (kind < 15) {
      return new Draft(broken(now), clockMillis);
    }
    if (kind < 20) {
      String ignored = "{\"eventName\":\"swipe\",\"eventTs\":%d,\"userId\":\"u1\"}";
      return new Draft(ignored.formatted(now).getBytes(UTF_8), clockMillis);
    }
    if (kind < 40 && !sent.isEmpty()) {
      return repetition(sent.get(random.nextInt(sent.size())));
    }
    if (kind < 70) {
      return new Draft(onceOnly(now), clockMillis);
    }
    String event = kind >= 880 ? readersEvent(now) : event(time(now, kind));
    if (kind < 75) {
      // The id of a dead letter is not remembered, so the event that follows counts.
      following.push(event.getBytes(UTF_8));
      return new Draft(event.replace("\"eventTs\":", "\"eventTs\":-").getBytes(UTF_8), clockMillis);
    }
    Draft draft = new Draft(event.getBytes(UTF_8), clockMillis);
    if (event.contains("eventId")) {
      remember(draft);
    }
    return draft;
  }

  private void remember(Draft draft) {
    if (sent.size() < REMEMBERED) {
      sent.add(draft);
    } else {
      sent.set(random.nextInt(REMEMBERED), draft);
    }
  }

  private Draft repetition(Draft first) {
    int cluster = random.nextBoolean() ? random.nextInt(2 * CLUSTERS + 1) - CLUSTERS : 0;
    int inCluster = random.nextInt(4) == 0 ? WITHIN_MILLIS : random.nextInt(WITHIN_MILLIS + 1);
    return new Draft(
        first.value(), first.kafkaMillis() + cluster * (2L * WITHIN_MILLIS + 1) + inCluster);
  }

  private static long producerSeconds(long nowSeconds) {
    long ofMinute = nowSeconds % 60;
    return ofMinute >= 20 && ofMinute < 25 ? nowSeconds - SET_BACK_SECONDS : nowSeconds;
  }

  private long time(long now, int kind) {
    if (kind < 150) {
      return now - random.nextInt(LATE_SECONDS);
    }
    if (kind < 170) {
      return now - YEAR_SECONDS + random.nextInt(DAY_SECONDS);
    }
    if (kind < 190) {
      return now + random.nextInt(MOST_AHEAD_SECONDS);
    }
    return now;
  }

  private String event(long seconds) {
    String id = random.nextInt(4) == 0 ? "" : ",\"eventId\":\"e%d\"".formatted(ids++);
    return "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":%s,\"postId\":\"%s\",\"creatorId\":%d%s%s}"
        .formatted(name(), seconds, user(), post(), rank(CREATORS), duration(), id);
  }

  /**
   * An event that verbs derive others from: opened, saved and unsaved posts, never in the future.
   */
  private String readersEvent(long now) {
    int late = random.nextInt(20);
    long seconds =
        late == 0
            ? now - YEAR_SECONDS + random.nextInt(DAY_SECONDS)
            : late < 4 ? now - random.nextInt(LATE_SECONDS) : now - random.nextInt(8);
    String id = random.nextBoolean() ? "" : ",\"eventId\":\"e%d\"".formatted(ids++);
    String name = READERS_EVENTS.get(random.nextInt(READERS_EVENTS.size()));
    return "{\"eventName\":\"%s\",\"eventTs\":%d,\"userId\":\"%s\",\"postId\":\"%s\"%s}"
        .formatted(name, seconds, reader(rank(READERS)), post(rank(POSTS_READ)), id);
  }

  /** The reader with a rank, from 1. */
  static String reader(int rank) {
    return "r" + rank;
  }

  /** The post with a rank, from 1. */
  static String post(int rank) {
    return "p" + rank;
  }

  private String name() {
    return List.of("view", "view", "view", "like", "timespent").get(random.nextInt(5));
  }

  private String duration() {
    return ",\"durationMs\":" + random.nextInt(1_000_000) / 8.0;
  }

  private String user() {
    if (random.nextDouble() < hotShare) {
      return "\"hot\"";
    }
    // An integer and its text are the same key.
    int user = rank(USERS);
    if (user == BLANK_USER) {
      return "\" \"";
    }
    return user % 3 == 0 && random.nextBoolean() ? Integer.toString(user) : "\"" + user + "\"";
  }

  private String post() {
    return random.nextInt(200) == 0 ? "a|b\\\\c" : post(rank(POSTS));
  }

  /** Approximately Zipf's law: the frequency falls with the rank. */
  private int rank(int bound) {
    return (int) Math.pow(bound, random.nextDouble());
  }

  /**
   * An event with a key that occurs only once; sometimes the longest key that the store accepts.
   */
  private byte[] onceOnly(long now) {
    String user = "once" + lonely++;
    if (random.nextInt(20) == 0) {
      user += "x".repeat(LONGEST_KEY - user.length());
    }
    return "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"%s\"}"
        .formatted(now, user)
        .getBytes(UTF_8);
  }

  /** A record that cannot be counted; null for a record without a value. */
  private byte[] broken(long now) {
    int kind = broken++ % (KINDS.size() + 1);
    return kind == KINDS.size() ? null : KINDS.get(kind).formatted(now).getBytes(UTF_8);
  }
}
