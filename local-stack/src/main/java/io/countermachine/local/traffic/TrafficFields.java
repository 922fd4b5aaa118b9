package io.countermachine.local.traffic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Deduplication;
import io.countermachine.catalog.EventFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Generates the other fields of events, for any catalog: the values that are summed, and the fields
 * in conditions, weights, labels and entries. A user is in one country and mostly uses one device.
 * Durations and prices are mostly small, and a few are large.
 */
public final class TrafficFields {
  private static final double USUAL_VALUE = 6_000;
  private static final int LARGEST_VALUE = 600_000;

  /** The standard deviation of the logarithm of a value. */
  private static final double VALUE_SPREAD = 1;

  /** The standard deviation of the logarithm of the factor between subjects. */
  private static final double SUBJECT_SPREAD = 0.5;

  /** How often a user uses a device other than the usual one. */
  private static final double OTHER_DEVICE = 0.15;

  private static final double OTHER_COUNTRY = 0.02;

  /** By field, most frequent first. Each text is half as frequent as the one before it. */
  private static final Map<String, List<String>> TEXTS =
      Map.of(
          "country",
          List.of("US", "DE", "IN", "BR", "GB", "FR", "JP", "MX", "ID", "AT", "PL", "NL", "KE"),
          "device",
          List.of("phone", "desktop", "tablet", "tv"),
          "language",
          List.of("en", "de", "hi", "pt", "fr", "ja", "es"));

  private static final Map<String, Double> STRAYS =
      Map.of("country", OTHER_COUNTRY, "device", OTHER_DEVICE);

  /** The number of texts of a field whose name is unknown. */
  private static final int OTHER_TEXTS = 20;

  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final Random random;
  private final JsonNodeFactory json = JsonNodeFactory.instance;
  private final List<String> names;
  private final Set<String> labels;

  /**
   * @param keyFields the fields that events have as keys
   */
  TrafficFields(Catalog catalog, List<String> keyFields, Random random) {
    this.random = random;
    Set<String> otherwise = new HashSet<>(keyFields);
    // Entries may keep the instant, which every event has.
    otherwise.add("eventTs");
    catalog.deduplication().map(Deduplication::field).ifPresent(otherwise::add);
    catalog.events().values().stream()
        .map(EventType::valueField)
        .forEach(field -> field.ifPresent(otherwise::add));
    List<EventFields.Field> fields = catalog.eventFields().fields();
    names =
        fields.stream()
            .map(EventFields.Field::name)
            .filter(name -> !otherwise.contains(name))
            .toList();
    labels =
        catalog.groups().stream()
            .flatMap(group -> group.feeds().stream())
            .flatMap((Feed feed) -> feed.label().stream())
            .filter((EventLabel label) -> label.field() >= 0)
            .map(label -> fields.get(label.field()).name())
            .collect(Collectors.toSet());
  }

  /** The most frequent text of a label field. */
  public static String mostFrequent(String field) {
    List<String> texts = TEXTS.get(field);
    return texts == null ? TrafficKeys.keyOf(field, 0) : texts.get(0);
  }

  /** The fields that every event has. */
  List<String> names() {
    return names;
  }

  /**
   * The value of an event, in milliseconds if it is a duration: typically about six seconds, and
   * ten times that for one in a hundred.
   *
   * @param subject the rank of the subject: some hold attention for longer
   */
  long value(int subject) {
    double holds = SUBJECT_SPREAD * new Random(subject * MIX).nextGaussian();
    double drawn = USUAL_VALUE * Math.exp(holds + VALUE_SPREAD * random.nextGaussian());
    return (long) Math.min(LARGEST_VALUE, drawn);
  }

  /**
   * The content of a field: a text if it is a label, or if its name suggests one; otherwise an
   * amount with two decimals.
   *
   * @param actor the rank of the actor
   */
  JsonNode node(String field, int actor) {
    List<String> texts = TEXTS.get(field);
    if (texts == null && !labels.contains(field)) {
      return json.numberNode(Math.round(Math.exp(2 + random.nextGaussian()) * 100) / 100.0);
    }
    boolean strays = random.nextDouble() < STRAYS.getOrDefault(field, 0.0);
    Random own = strays ? random : new Random((actor + 1) * MIX ^ field.hashCode());
    int rank = (int) (-Math.log(1 - own.nextDouble()) / Math.log(2));
    return json.textNode(
        texts == null
            ? TrafficKeys.keyOf(field, Math.min(rank, OTHER_TEXTS - 1))
            : texts.get(rank % texts.size()));
  }
}
