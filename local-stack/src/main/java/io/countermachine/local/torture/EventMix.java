package io.countermachine.local.torture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Events as unpleasant as producers send them, drawn by a seed: popular and rare keys, late and
 * early ones, repetitions, and every kind of dead letter.
 *
 * <p>What becomes of an event must not depend on when the job reads it: repetitions follow within
 * minutes and are equal byte for byte, and nothing lies near the limit of how far ahead it may be.
 */
final class EventMix {
  private static final int USERS = 400;
  private static final int POSTS = 1_500;
  private static final int CREATORS = 200;

  /** The key of this user is white space, a key like any other. */
  private static final int BLANK_USER = 7;

  private static final int REMEMBERED = 300;
  private static final int MOST_AHEAD_SECONDS = 45;
  private static final int LATE_SECONDS = 7_200;
  private static final int YEAR_SECONDS = 365 * 86_400;
  private static final int DAY_SECONDS = 86_400;
  private static final int LONGEST_KEY = 2_048;

  /** A producer's clock is set back so far in some seconds of each minute. */
  private static final int SET_BACK_SECONDS = 3_600;

  private final Random random;
  private volatile double hotShare;
  private final List<byte[]> sent = new ArrayList<>();
  private final Deque<byte[]> following = new ArrayDeque<>();
  private long ids;
  private long lonely;
  private int broken;

  /**
   * @param seed draws everything but the clock
   */
  EventMix(long seed) {
    this.random = new Random(seed);
  }

  /** From now on this part of the events is one user's. */
  void hotShare(double share) {
    hotShare = share;
  }

  /** The next event, at an instant of the clock. */
  byte[] next(long clockMillis) {
    if (!following.isEmpty()) {
      return following.pop();
    }
    long now = producerSeconds(clockMillis / 1_000);
    int kind = random.nextInt(1_000);
    if (kind < 15) {
      return broken(now).getBytes(UTF_8);
    }
    if (kind < 20) {
      return "{\"eventName\":\"swipe\",\"eventTs\":%d,\"userId\":\"u1\"}"
          .formatted(now)
          .getBytes(UTF_8);
    }
    if (kind < 40 && !sent.isEmpty()) {
      return sent.get(random.nextInt(sent.size()));
    }
    if (kind < 70) {
      return onceOnly(now);
    }
    byte[] event = event(time(now, kind)).getBytes(UTF_8);
    if (kind < 75) {
      // The id of a dead letter is not remembered, so the event that follows counts.
      following.push(event);
      return new String(event, UTF_8).replace("\"eventTs\":", "\"eventTs\":-").getBytes(UTF_8);
    }
    return remembered(event);
  }

  private byte[] remembered(byte[] event) {
    if (new String(event, UTF_8).contains("eventId")) {
      if (sent.size() < REMEMBERED) {
        sent.add(event);
      } else {
        sent.set(random.nextInt(REMEMBERED), event);
      }
    }
    return event;
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
    // An integer and its text are one key.
    int user = rank(USERS);
    if (user == BLANK_USER) {
      return "\" \"";
    }
    return user % 3 == 0 && random.nextBoolean() ? Integer.toString(user) : "\"" + user + "\"";
  }

  private String post() {
    return random.nextInt(200) == 0 ? "a|b\\\\c" : "p" + rank(POSTS);
  }

  /** Near to Zipf's law: a rank's frequency falls with the rank. */
  private int rank(int bound) {
    return (int) Math.pow(bound, random.nextDouble());
  }

  /** A key that never sees another event; now and then the longest that the store takes. */
  private byte[] onceOnly(long now) {
    String user = "once" + lonely++;
    if (random.nextInt(20) == 0) {
      user += "x".repeat(LONGEST_KEY - user.length());
    }
    return "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"%s\"}"
        .formatted(now, user)
        .getBytes(UTF_8);
  }

  private String broken(long now) {
    List<String> kinds =
        List.of(
            "{\"eventName\":\"view\",\"eventTs\":",
            "[1]",
            "{\"eventName\":\"\",\"eventTs\":%d,\"userId\":\"u\"}",
            "{\"eventTs\":%d,\"userId\":\"u\"}",
            "{\"eventName\":\"view\",\"eventTs\":1.5,\"userId\":\"u\"}",
            "{\"eventName\":\"view\",\"eventTs\":99999999999,\"userId\":\"u\"}",
            "{\"eventName\":\"timespent\",\"eventTs\":%d,\"userId\":\"u\",\"durationMs\":\"5\"}",
            "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\"\"}",
            "{\"eventName\":\"view\",\"eventTs\":%d,\"userId\":\""
                + "x".repeat(LONGEST_KEY + 1)
                + "\"}",
            "{\"eventName\":\"view\",\"eventTs\":%d}");
    return kinds.get(broken++ % kinds.size()).formatted(now);
  }
}
