package io.countermachine.item;

import io.countermachine.measure.Interval;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The table's item {@code #catalog}: the catalog that the job counts by, since when it counts each
 * measure, and which state the table belongs to. It is no item of counters, and no group or key can
 * have its name.
 *
 * @param catalog the catalog's {@link io.countermachine.catalog.CatalogHash}; empty where no job
 *     wrote the item yet
 * @param tableId the identity of the table's content, made up by the job whose state it is; empty
 *     where no job wrote the item yet
 * @param epoch grows with each of the job's writes of the item
 * @param writtenMillis when the job wrote the item, epoch milliseconds
 * @param since by group, since when what is counted is counted, epoch milliseconds, or 0 for longer
 *     than is known: under {@link #ALL}, and under {@code measure.interval} what differs, under
 *     {@code measure} where that has no interval
 * @param counted by group, and output as features name it, the labels of the intervals that are
 *     counted, the empty one of an output that has none; empty where the job that wrote the item is
 *     of a release that does not say
 * @param republish the request to write every item again that came last; set by its author
 * @param republishing the request that the job took up last
 * @param republishEndsMillis when all that it asked for is written, as the job expects; epoch
 *     milliseconds
 * @param backfillTopic the topic from which the job reads sums of history, once its checkpoints
 *     know how far; empty while there is none
 */
public record CatalogItem(
    String catalog,
    String tableId,
    long epoch,
    long writtenMillis,
    Map<String, Map<String, Long>> since,
    Map<String, Map<String, List<String>>> counted,
    Optional<String> republish,
    Optional<String> republishing,
    long republishEndsMillis,
    Optional<String> backfillTopic) {
  /** The item's partition key and sort key. */
  public static final String NAME = "#catalog";

  /** Of a group's {@link #since()}: all of its measures and intervals. */
  public static final String ALL = "*";

  /** The interval of an output that has none, such as a list. */
  public static final String NO_INTERVAL = "";

  static final String EPOCH = "epoch";
  static final String REPUBLISH = "republish";

  private static final String VERSION = "version";
  private static final int NEWEST_VERSION = 1;
  private static final String CATALOG = "catalog";
  private static final String TABLE_ID = "tableId";
  private static final String WRITTEN_AT = "writtenAt";
  private static final String SINCE = "since";
  private static final String COUNTED = "counted";
  private static final String REPUBLISHING = "republishing";
  private static final String REPUBLISH_ENDS = "republishEnds";
  private static final String BACKFILL_TOPIC = "backfillTopic";

  /** Creates an item that does not say what is counted, of a job that reads no sums of history. */
  public CatalogItem(
      String catalog,
      String tableId,
      long epoch,
      long writtenMillis,
      Map<String, Map<String, Long>> since,
      Optional<String> republish,
      Optional<String> republishing,
      long republishEndsMillis) {
    this(
        catalog,
        tableId,
        epoch,
        writtenMillis,
        since,
        Map.of(),
        republish,
        republishing,
        republishEndsMillis,
        Optional.empty());
  }

  /** The intervals' labels, or {@link #NO_INTERVAL} alone where there are none. */
  public static List<String> labels(List<Interval> intervals) {
    return intervals.isEmpty()
        ? List.of(NO_INTERVAL)
        : intervals.stream().map(Interval::label).toList();
  }

  /** A measure and an interval as {@link #since()} names them, such as {@code like.1h}. */
  public static String name(String measure, String interval) {
    return interval.isEmpty() ? measure : measure + "." + interval;
  }

  /** Whether an item of the table is this one, rather than one of counters. */
  public static boolean is(Map<String, AttributeValue> item) {
    return NAME.equals(item.get(ItemCodec.KEY).s());
  }

  /** The key under which it is. */
  public static ItemKey key() {
    return new ItemKey(NAME, NAME);
  }

  /**
   * Since when a measure's interval is counted, epoch milliseconds; 0 for longer than is known, and
   * empty where it is not counted. The empty interval is that of a measure without intervals.
   */
  public Optional<Long> since(String group, String measure, String interval) {
    return Optional.ofNullable(since.get(group))
        .map(ofGroup -> ofGroup.getOrDefault(name(measure, interval), ofGroup.get(ALL)));
  }

  /**
   * Whether an output's interval is counted. Everything is as far as is known where no job wrote
   * the item, and all of a group that is counted where its job is of a release that does not say.
   */
  public boolean counts(String group, String output, String interval) {
    if (!counted.isEmpty()) {
      return counted
          .getOrDefault(group, Map.of())
          .getOrDefault(output, List.of())
          .contains(interval);
    }
    return since.isEmpty() || since(group, output, interval).isPresent();
  }

  /** Whether {@link #counts} says the same as of another item. */
  public boolean countsAs(CatalogItem other) {
    return counted.equals(other.counted) && since.equals(other.since);
  }

  /** The item's attributes, version 1. */
  public Map<String, AttributeValue> encode() {
    Map<String, AttributeValue> item = new HashMap<>(ItemCodec.encodeKey(key()));
    item.put(VERSION, number(NEWEST_VERSION));
    item.put(CATALOG, AttributeValue.fromS(catalog));
    item.put(TABLE_ID, AttributeValue.fromS(tableId));
    item.put(EPOCH, number(epoch));
    item.put(WRITTEN_AT, number(writtenMillis));
    Map<String, AttributeValue> groups = new HashMap<>();
    since.forEach(
        (group, values) -> {
          Map<String, AttributeValue> ofGroup = new HashMap<>();
          values.forEach((name, instant) -> ofGroup.put(name, number(instant)));
          groups.put(group, AttributeValue.fromM(ofGroup));
        });
    item.put(SINCE, AttributeValue.fromM(groups));
    if (!counted.isEmpty()) {
      item.put(COUNTED, encodeCounted());
    }
    republish.ifPresent(id -> item.put(REPUBLISH, AttributeValue.fromS(id)));
    republishing.ifPresent(
        id -> {
          item.put(REPUBLISHING, AttributeValue.fromS(id));
          item.put(REPUBLISH_ENDS, number(republishEndsMillis));
        });
    backfillTopic.ifPresent(topic -> item.put(BACKFILL_TOPIC, AttributeValue.fromS(topic)));
    return item;
  }

  private AttributeValue encodeCounted() {
    Map<String, AttributeValue> groups = new HashMap<>();
    counted.forEach(
        (group, outputs) -> {
          Map<String, AttributeValue> ofGroup = new HashMap<>();
          outputs.forEach(
              (output, intervals) ->
                  ofGroup.put(
                      output,
                      AttributeValue.fromL(
                          intervals.stream().map(AttributeValue::fromS).toList())));
          groups.put(group, AttributeValue.fromM(ofGroup));
        });
    return AttributeValue.fromM(groups);
  }

  private static Map<String, Map<String, List<String>>> decodeCounted(
      Map<String, AttributeValue> item) {
    Map<String, Map<String, List<String>>> counted = new TreeMap<>();
    if (item.containsKey(COUNTED)) {
      item.get(COUNTED)
          .m()
          .forEach(
              (group, outputs) -> {
                Map<String, List<String>> ofGroup = new TreeMap<>();
                outputs
                    .m()
                    .forEach(
                        (output, intervals) ->
                            ofGroup.put(
                                output, intervals.l().stream().map(AttributeValue::s).toList()));
                counted.put(group, ofGroup);
              });
    }
    return counted;
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  /**
   * Reads the item. One that only a request was put into has no catalog, no identity and the epoch
   * 0.
   *
   * @throws IllegalArgumentException where it is of a later version
   */
  public static CatalogItem decode(Map<String, AttributeValue> item) {
    long version = number(item, VERSION);
    if (version > NEWEST_VERSION) {
      throw new IllegalArgumentException(
          "the table's item %s is of version %d, this release reads %d"
              .formatted(NAME, version, NEWEST_VERSION));
    }
    Map<String, Map<String, Long>> since = new TreeMap<>();
    if (item.containsKey(SINCE)) {
      item.get(SINCE)
          .m()
          .forEach(
              (group, values) -> {
                Map<String, Long> ofGroup = new TreeMap<>();
                values.m().forEach((name, value) -> ofGroup.put(name, Long.valueOf(value.n())));
                since.put(group, ofGroup);
              });
    }
    return new CatalogItem(
        text(item, CATALOG).orElse(""),
        text(item, TABLE_ID).orElse(""),
        number(item, EPOCH),
        number(item, WRITTEN_AT),
        since,
        decodeCounted(item),
        text(item, REPUBLISH),
        text(item, REPUBLISHING),
        number(item, REPUBLISH_ENDS),
        text(item, BACKFILL_TOPIC));
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String attribute) {
    return Optional.ofNullable(item.get(attribute)).map(AttributeValue::s);
  }

  private static long number(Map<String, AttributeValue> item, String attribute) {
    return item.containsKey(attribute) ? Long.parseLong(item.get(attribute).n()) : 0;
  }
}
