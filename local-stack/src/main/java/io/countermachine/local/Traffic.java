package io.countermachine.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Timestamps;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Lifelike events for any catalog: few keys are popular, views are far more frequent than what
 * follows them, some events are late, some come twice and some are broken, and every minute another
 * key goes viral and cools.
 */
public final class Traffic {
  private static final double LATE = 0.05;
  private static final double DUPLICATE = 0.01;
  private static final double BROKEN = 0.005;
  private static final double VIRAL_AT_FIRST = 0.4;
  private static final long MINUTE_MILLIS = 60_000;
  private static final long VIRAL_COOLING_MILLIS = 20_000;
  private static final int LATE_SECONDS = 2 * 3_600;
  private static final int KEYS = 2_000;
  private static final double SKEW = 1.1;
  private static final int LONGEST_VALUE = 60_000;

  /** How often what a user does comes, to a hundred views. */
  private static final Map<String, Double> WEIGHTS =
      Map.of(
          "view",
          100.0,
          "click",
          20.0,
          "timespent",
          15.0,
          "like",
          5.0,
          "comment",
          1.0,
          "share",
          0.5);

  /** Of a name that tells nothing. */
  private static final double OTHER_WEIGHT = 10;

  private static final List<String> BROKEN_EVENTS =
      List.of(
          "{\"eventName\":\"view\",\"userId\":",
          "not an event at all",
          "{\"eventName\":\"\",\"eventTs\":1}",
          "{\"eventName\":\"view\",\"eventTs\":\"yesterday\",\"userId\":\"u1\"}");

  private final Catalog catalog;
  private final Random random;
  private final ObjectMapper json = new ObjectMapper();
  private final List<EventType> types;
  private final double[] cumulativeWeights;
  private final List<String> keyFields;
  private final double[] cumulativePopularity = new double[KEYS];
  private byte[] previous = BROKEN_EVENTS.get(0).getBytes(UTF_8);

  public Traffic(Catalog catalog, long seed) {
    this.catalog = catalog;
    this.random = new Random(seed);
    this.types = List.copyOf(catalog.events().values());
    cumulativeWeights = new double[types.size()];
    double weight = 0;
    for (int i = 0; i < cumulativeWeights.length; i++) {
      weight += WEIGHTS.getOrDefault(types.get(i).name(), OTHER_WEIGHT);
      cumulativeWeights[i] = weight;
    }
    Set<String> fields = new LinkedHashSet<>();
    for (Group group : catalog.groups()) {
      fields.addAll(group.keyFields());
    }
    keyFields = new ArrayList<>(fields);
    double sum = 0;
    for (int rank = 0; rank < KEYS; rank++) {
      sum += Math.pow(rank + 1, -SKEW);
      cumulativePopularity[rank] = sum;
    }
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

  private ObjectNode event(long clockMillis) {
    EventType type = types.get(draw(cumulativeWeights));
    ObjectNode event = json.createObjectNode();
    event.put("eventName", type.name());
    int rank = keyRank(clockMillis);
    for (String field : keyFields) {
      event.put(
          field, keyOf(field, field.equals(viralField()) ? rank : draw(cumulativePopularity)));
    }
    long seconds = clockMillis / 1_000;
    if (random.nextDouble() < LATE) {
      seconds -= random.nextInt(LATE_SECONDS);
    }
    long unit = catalog.timestamps().unit() == Timestamps.Unit.SECONDS ? 1 : 1_000;
    event.put("eventTs", seconds * unit);
    type.valueField().ifPresent(field -> event.put(field, random.nextInt(LONGEST_VALUE)));
    Optional<Deduplication> deduplication = catalog.deduplication();
    deduplication.ifPresent(rule -> event.put(rule.field(), Long.toHexString(random.nextLong())));
    return event;
  }

  /** The field whose keys go viral: the second, which is the post's in most catalogs. */
  private String viralField() {
    return keyFields.get(Math.min(1, keyFields.size() - 1));
  }

  private int keyRank(long clockMillis) {
    long sinceMinute = clockMillis % MINUTE_MILLIS;
    double viral = VIRAL_AT_FIRST * Math.exp(-(double) sinceMinute / VIRAL_COOLING_MILLIS);
    return random.nextDouble() < viral ? viralRank(clockMillis) : draw(cumulativePopularity);
  }

  /** The key that is viral in this minute. */
  static int viralRank(long clockMillis) {
    return KEYS + (int) (clockMillis / MINUTE_MILLIS % KEYS);
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

  /** The key of a rank; the first of {@code postId} is {@code p1}. */
  static String keyOf(String field, int rank) {
    return field.substring(0, 1).toLowerCase(Locale.ROOT) + (rank + 1);
  }
}
