package io.countermachine.local.traffic;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.EventType;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToDoubleFunction;

/**
 * Generates lifelike events for any catalog. A few posts are popular, and every minute another one
 * goes viral and cools down. A user acts every few seconds at most, whatever the rate. Views are
 * far more frequent than the events that follow them, by the same user on the same post. Some
 * events are undone, if the catalog allows it. Some are late, some come twice and some are invalid.
 * If rules can block users, one of them is a bot that constantly acts on one post.
 */
public final class TrafficGenerator {
  /** Events per second. */
  public static final int DEFAULT_RATE = 200;

  private static final double LATE = 0.05;
  private static final double DUPLICATE = 0.01;
  private static final double BROKEN = 0.005;
  private static final double VIRAL_AT_FIRST = 0.4;
  private static final long MINUTE_MILLIS = 60_000;
  private static final long VIRAL_COOLING_MILLIS = 20_000;
  private static final int LATE_SECONDS = 2 * 3_600;

  /** The bot's share of the events. */
  private static final double BOT = 0.03;

  private static final Act BOT_ACT = new Act(TrafficKeys.BOT, 12);
  private static final int SUBJECTS = 2_000;
  private static final double SKEW = 1.1;

  /** Users per event per second. There are so many that the busiest act every other second. */
  private static final int ACTORS_PER_EVENT = 20;

  private static final double ACTOR_SKEW = 0.8;

  /** A click or like refers to one of this many newest views. */
  private static final int RECENT_VIEWS = 64;

  static final String VIEW = "view";

  /** How frequent other events are, relative to a hundred views. */
  private static final Map<String, Double> WEIGHTS =
      Map.of(
          VIEW, 100.0, "click", 20.0, "timespent", 15.0, "like", 5.0, "comment", 1.0, "share", 0.5);

  /** The frequency of any other event. */
  private static final double OTHER_WEIGHT = 10;

  /** The share of undoable events that are undone. */
  private static final double UNDONE = 0.2;

  private static final List<String> BROKEN_EVENTS =
      List.of(
          "{\"eventName\":\"view\",\"userId\":",
          "not an event at all",
          "{\"eventName\":\"\",\"eventTs\":1}",
          "{\"eventName\":\"view\",\"eventTs\":\"yesterday\",\"userId\":\"u1\"}");

  private final Catalog catalog;
  private final Random random;
  private final JsonNodeFactory json = JsonNodeFactory.instance;
  private final List<EventType> types;
  private final double[] cumulativeWeights;
  private final TrafficKeys keys;
  private final TrafficFields fields;
  private final double[] cumulativePopularity;
  private final double[] cumulativeActivity;
  private final Act[] recentViews = new Act[RECENT_VIEWS];

  /** Recent events that can be undone, the newest last. */
  private final Map<String, Deque<Act>> standing = new HashMap<>();

  private final int lateSeconds;
  private final boolean hasBot;
  private int views;
  private byte[] previous = BROKEN_EVENTS.get(0).getBytes(UTF_8);

  /** An actor and a subject, by their ranks. */
  private record Act(int actor, int subject) {}

  /** Traffic at the demo's default rate. */
  public TrafficGenerator(Catalog catalog, long seed) {
    this(catalog, seed, DEFAULT_RATE);
  }

  /** Traffic at a rate of events per second. */
  TrafficGenerator(Catalog catalog, long seed, int eventsPerSecond) {
    this.catalog = catalog;
    this.random = new Random(seed);
    this.types =
        catalog.events().values().stream().filter(type -> type.derivation().isEmpty()).toList();
    this.keys = new TrafficKeys(catalog);
    this.fields = new TrafficFields(catalog, keys.fields(), random);
    cumulativeWeights = cumulative(types.size(), type -> weight(types.get(type)));
    types.stream()
        .flatMap(type -> type.undoes().stream())
        .forEach(undone -> standing.put(undone, new ArrayDeque<>()));
    // An event that is later than this would no longer correct derived events.
    lateSeconds =
        catalog.events().values().stream().anyMatch(type -> type.verb().isPresent())
            ? (int) Math.max(1, Math.min(LATE_SECONDS, catalog.lateness().toSeconds()))
            : LATE_SECONDS;
    hasBot = keys.botList(catalog).isPresent();
    cumulativePopularity = cumulative(SUBJECTS, rank -> Math.pow(rank + 1, -SKEW));
    double alike = Math.max(1, eventsPerSecond / 4.0);
    cumulativeActivity =
        cumulative(
            ACTORS_PER_EVENT * Math.max(5, eventsPerSecond),
            rank -> Math.pow(1 + rank / alike, -ACTOR_SKEW));
  }

  private static double weight(EventType type) {
    return type.undoes().isPresent()
        ? UNDONE * WEIGHTS.getOrDefault(type.undoes().get(), OTHER_WEIGHT)
        : WEIGHTS.getOrDefault(type.name(), OTHER_WEIGHT);
  }

  private static double[] cumulative(int count, IntToDoubleFunction weight) {
    double[] cumulated = new double[count];
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += weight.applyAsDouble(i);
      cumulated[i] = sum;
    }
    return cumulated;
  }

  /** The next event's bytes, at an instant of the clock. */
  public byte[] next(long clockMillis) {
    double kind = random.nextDouble();
    if (kind < BROKEN) {
      return BROKEN_EVENTS.get(random.nextInt(BROKEN_EVENTS.size())).getBytes(UTF_8);
    }
    if (kind < BROKEN + DUPLICATE && catalog.deduplication().isPresent()) {
      return previous;
    }
    previous = event(clockMillis).toString().getBytes(UTF_8);
    return previous;
  }

  /**
   * What some users did before an instant of the clock, in order, according to {@link PastVisits}.
   */
  public List<byte[]> past(long clockMillis) {
    PastVisits visits =
        new PastVisits(
            catalog,
            random,
            () -> types.get(draw(cumulativeWeights)),
            () -> draw(cumulativePopularity));
    return visits.before(clockMillis).stream()
        .map(
            past ->
                event(
                    past.type(), new Act(past.actor(), past.subject()), past.timeMillis() / 1_000))
        .map(event -> event.toString().getBytes(UTF_8))
        .toList();
  }

  private ObjectNode event(long clockMillis) {
    EventType type = types.get(draw(cumulativeWeights));
    Act act =
        hasBot && random.nextDouble() < BOT
            ? BOT_ACT
            : undone(type).orElseGet(() -> act(type, clockMillis));
    if (act.actor() != TrafficKeys.BOT && standing.containsKey(type.name())) {
      remember(act, standing.get(type.name()));
    }
    long seconds = clockMillis / 1_000;
    if (random.nextDouble() < LATE) {
      seconds -= random.nextInt(lateSeconds);
    }
    return event(type, act, seconds);
  }

  private ObjectNode event(EventType type, Act act, long seconds) {
    ObjectNode event = json.objectNode();
    put(event, "eventName", json.textNode(type.name()));
    for (String field : keys.fields()) {
      put(event, field, json.textNode(keys.key(field, act.actor(), act.subject())));
    }
    put(event, "eventTs", time(seconds));
    type.valueField()
        .ifPresent(field -> put(event, field, json.numberNode(fields.value(act.subject()))));
    for (String field : fields.names()) {
      put(event, field, fields.node(field, act.actor()));
    }
    Optional<Deduplication> deduplication = catalog.deduplication();
    deduplication.ifPresent(
        rule -> put(event, rule.field(), json.textNode(Long.toHexString(random.nextLong()))));
    return event;
  }

  private JsonNode time(long epochSeconds) {
    return switch (catalog.timestamps().unit()) {
      case SECONDS -> json.numberNode(epochSeconds);
      case MILLISECONDS -> json.numberNode(epochSeconds * 1_000);
      case ISO8601 -> json.textNode(Instant.ofEpochSecond(epochSeconds).toString());
    };
  }

  /** Writes a field at its place in the catalog. */
  private void put(ObjectNode event, String field, JsonNode value) {
    List<String> path = catalog.place(field).path();
    ObjectNode object = event;
    for (String name : path.subList(0, path.size() - 1)) {
      object = object.get(name) instanceof ObjectNode inner ? inner : object.putObject(name);
    }
    object.set(path.get(path.size() - 1), value);
  }

  /** An act that the event undoes, if there was one recently. */
  private Optional<Act> undone(EventType type) {
    return type.undoes().map(standing::get).map(Deque::pollFirst);
  }

  private static void remember(Act act, Deque<Act> acts) {
    acts.addLast(act);
    if (acts.size() > RECENT_VIEWS) {
      acts.removeFirst();
    }
  }

  /** A view has random ranks. Any other event follows one of the newest views. */
  private Act act(EventType type, long clockMillis) {
    if (!type.name().equals(VIEW) && views > 0) {
      return recentViews[random.nextInt(Math.min(views, RECENT_VIEWS))];
    }
    Act act = new Act(draw(cumulativeActivity), subjectRank(clockMillis));
    if (type.name().equals(VIEW)) {
      recentViews[views % RECENT_VIEWS] = act;
      views++;
    }
    return act;
  }

  private int subjectRank(long clockMillis) {
    long sinceMinute = clockMillis % MINUTE_MILLIS;
    double viral = VIRAL_AT_FIRST * Math.exp(-(double) sinceMinute / VIRAL_COOLING_MILLIS);
    return random.nextDouble() < viral ? viralRank(clockMillis) : draw(cumulativePopularity);
  }

  /** The rank of the post that is viral in this minute. */
  public static int viralRank(long clockMillis) {
    return SUBJECTS + (int) (clockMillis / MINUTE_MILLIS % SUBJECTS);
  }

  private int draw(double[] cumulated) {
    double draw = random.nextDouble() * cumulated[cumulated.length - 1];
    int low = 0;
    int high = cumulated.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (cumulated[middle] < draw) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
