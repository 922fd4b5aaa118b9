package io.countermachine.bench.pipeline;

import io.countermachine.bench.events.EventMix;
import io.countermachine.bench.events.EventStream;
import io.countermachine.bench.pipeline.Throughput.Filled;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.local.verification.PackedItem;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Compares the store with the events: the number of items with the number of keys, and for an
 * evenly spread sample of keys, each value with the sum over all of the key's events. For unique
 * users, the estimate must be within four standard errors. Events of verbs are not complete when
 * the last record is read, so each of their values may be up to that of all source events, but not
 * all may be 0.
 */
final class TableCheck {
  private static final int MOST_SAMPLED = 400_000;
  private static final int KEYS_PER_CALL = 100;
  private static final double TOLERANCE = 1e-9;
  private static final double NEGLIGIBLE = 1e-100;
  private static final String FILLED_TYPE = "view";
  private static final String LIFETIME = "lifetime";
  private static final String UNIQUES = "UNIQUES";
  private static final double STANDARD_ERRORS = 4;
  private static final long TUTORIAL_WINDOW_MILLIS = 5_000;

  /** The form of the contender's items. */
  enum Form {
    /** One item per group and key, as specified. */
    CONTRACT,
    /** One item per event name and key. An event counts when its window ends. */
    TUTORIAL,
    /** One item per group and key, with sums that do not decay. */
    UNDECAYED
  }

  /**
   * The result.
   *
   * @param items the number of items in the store
   * @param keys the number of keys that should have items
   * @param sampled the number of compared items
   * @param wrong the number of compared items that are missing or have a wrong value
   * @param example one of them; null if there is none
   */
  record Finding(long items, long keys, int sampled, int wrong, String example) {
    boolean isRight() {
      return items == keys && wrong == 0;
    }

    @Override
    public String toString() {
      return "%d items for %d keys, %d of %d sampled are wrong%s"
          .formatted(items, keys, wrong, sampled, example == null ? "" : ", as " + example);
    }
  }

  private record ItemName(String sort, String partition) {}

  private static final class Sample {
    private final Group group;

    /** By measure and label as stored; null where there is no item. */
    private Map<String, Map<String, Double>> values;

    private long lastUpdateMillis;
    private long newestMillis;
    private final double[][] expected;

    /** By measure and label, the newest instant; null for measures of other kinds. */
    private final List<Map<String, Long>> uniques = new ArrayList<>();

    private Sample(Group group) {
      this.group = group;
      this.expected =
          new double[group.schema().measures().size()][group.schema().intervals().size()];
      group
          .schema()
          .measures()
          .forEach(
              measure -> uniques.add(measure.kind().id().equals(UNIQUES) ? new HashMap<>() : null));
    }
  }

  private final Catalog catalog;
  private final EventStream events;
  private final Form form;
  private final Filled filled;
  private final long every;
  private final Set<Long> keys = new HashSet<>();
  private final Map<ItemName, Sample> samples = new HashMap<>();
  private boolean anyOfVerbs;

  /**
   * Prepares a check.
   *
   * @param filled what was counted before the events; null for nothing
   */
  TableCheck(Catalog catalog, EventStream events, Form form, Filled filled) {
    this.catalog = catalog;
    this.events = events;
    this.form = form;
    this.filled = filled;
    every = 1 + events.shape().events() * catalog.groups().size() / MOST_SAMPLED;
  }

  /** Receives the changes of an item by an event. */
  private interface Visitor {
    void visit(Group group, int measure, double amount, ItemName name, long hash);
  }

  /**
   * A key as a number, to save memory, because there are millions. It is spread over all bits,
   * because keys of two groups may differ only by the salts of their first characters.
   */
  static long hash(String key, int salt) {
    long hash = 0xcbf29ce484222325L + salt * 0x9E3779B97F4A7C15L;
    for (int i = 0; i < key.length(); i++) {
      hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    return hash ^ (hash >>> 29);
  }

  private boolean isSampled(Group group, long hash) {
    return hash % every == 0 || group.keyFields().isEmpty();
  }

  private void visitAll(Visitor visitor) {
    List<Group> groups = catalog.groups();
    List<List<Feed>> feeds = groups.stream().map(BenchCatalog::amounts).toList();
    events.rewind();
    while (events.advance()) {
      for (int i = 0; i < groups.size(); i++) {
        Group group = groups.get(i);
        String key = null;
        for (Feed feed : feeds.get(i)) {
          double amount = amount(group, feed);
          if (amount != 0) {
            key = key == null ? events.key(group) : key;
            int salt = form == Form.TUTORIAL ? feed.measure() * groups.size() + i : i;
            String sort = form == Form.TUTORIAL ? feed.event() : group.name();
            visitor.visit(group, feed.measure(), amount, new ItemName(sort, key), hash(key, salt));
          }
        }
      }
    }
  }

  /** What the event adds to a count or sum; 0 where it is none of the feed's. */
  private double amount(Group group, Feed feed) {
    double weight = EventMix.weight(feed.event(), events.type(), events.value());
    return group.schema().measures().get(feed.measure()).kind().takesValue()
        ? weight * events.value()
        : weight;
  }

  Finding check(DynamoDbClient client) {
    visitAll(
        (group, measure, amount, name, hash) -> {
          keys.add(hash);
          if (isSampled(group, hash)) {
            samples.computeIfAbsent(name, absent -> new Sample(group));
          }
        });
    fetch(client);
    visitAll(
        (group, measure, amount, name, hash) -> {
          if (isSampled(group, hash)) {
            add(samples.get(name), measure, events.timeMillis(), amount);
          }
        });
    addUniques();
    if (filled != null) {
      samples
          .values()
          .forEach(
              sample ->
                  add(
                      sample,
                      sample.group.schema().measureIndex(FILLED_TYPE),
                      filled.atMillis(),
                      1));
    }
    long items =
        client
            .describeTable(table -> table.tableName(CounterTable.DEFAULT_NAME))
            .table()
            .itemCount();
    String example = null;
    int wrong = 0;
    for (Map.Entry<ItemName, Sample> sample : samples.entrySet()) {
      String fault = fault(sample.getValue());
      if (fault != null) {
        wrong++;
        example = example == null ? sample.getKey() + ": " + fault : example;
      }
    }
    if (isLongForVerbs() && !anyOfVerbs) {
      wrong++;
      example = "no verb made anything";
    }
    return new Finding(items, keys.size(), samples.size(), wrong, example);
  }

  /** Returns true if the events cover enough time that verbs have made some of theirs. */
  private boolean isLongForVerbs() {
    long seconds = events.shape().events() / events.shape().perSecond();
    return catalog.verbEvents().stream()
        .anyMatch(type -> type.verb().orElseThrow().within().toSeconds() * 2 <= seconds);
  }

  private void addUniques() {
    for (Group group : catalog.groups()) {
      for (Feed feed : group.feeds()) {
        if (group.schema().measures().get(feed.measure()).kind().id().equals(UNIQUES)) {
          String by = feed.label().orElseThrow().by().text();
          events.rewind();
          while (events.advance()) {
            Sample sample = samples.get(new ItemName(group.name(), events.key(group)));
            if (sample != null && EventMix.TYPES.get(events.type()).equals(feed.event())) {
              sample
                  .uniques
                  .get(feed.measure())
                  .merge(events.field(by), events.timeMillis(), Math::max);
            }
          }
        }
      }
    }
  }

  private void add(Sample sample, int measure, long atMillis, double amount) {
    long time = atMillis;
    if (form == Form.TUTORIAL) {
      time += TUTORIAL_WINDOW_MILLIS - Math.floorMod(time, TUTORIAL_WINDOW_MILLIS);
    }
    sample.newestMillis = Math.max(sample.newestMillis, time);
    double[] row = sample.expected[measure];
    for (int i = 0; i < row.length; i++) {
      boolean decays =
          form != Form.UNDECAYED && !sample.group.schema().intervals().get(i).isLifetime();
      double age = sample.lastUpdateMillis - time;
      row[i] +=
          amount
              * (decays ? Math.exp(-age / sample.group.schema().intervals().get(i).millis()) : 1);
    }
  }

  private String fault(Sample sample) {
    if (sample.values == null) {
      return "there is no item";
    }
    if (sample.lastUpdateMillis != sample.newestMillis) {
      return "last update " + sample.lastUpdateMillis + ", expected " + sample.newestMillis;
    }
    for (int measure = 0; measure < sample.expected.length; measure++) {
      Measure counted = sample.group.schema().measures().get(measure);
      String name = counted.name();
      Map<String, Double> values = sample.values.getOrDefault(name, Map.of());
      for (int i = 0; i < sample.expected[measure].length; i++) {
        Interval interval = sample.group.schema().intervals().get(i);
        String label = form == Form.UNDECAYED ? LIFETIME : interval.label();
        double found = values.getOrDefault(label, 0.0);
        double expected = counted.intervals().contains(interval) ? sample.expected[measure][i] : 0;
        double tolerance = TOLERANCE;
        if (isOfVerb(name)) {
          anyOfVerbs |= found > 0;
          double most = ofSources(sample, name, i);
          if (found < 0 || found > most * (1 + TOLERANCE)) {
            return name + "." + label + " is " + found + ", and that of all its events is " + most;
          }
          continue;
        }
        Map<String, Long> users = sample.uniques.get(measure);
        if (users != null) {
          double tauMillis = sample.group.schema().tauMillis(i);
          for (long last : users.values()) {
            expected += Math.exp(-(sample.lastUpdateMillis - last) / tauMillis);
          }
          tolerance = tolerance(sample.group, measure, users.size());
        }
        if (Math.abs(found - expected) > tolerance * Math.abs(expected) + NEGLIGIBLE) {
          return name + "." + label + " is " + found + ", expected " + expected;
        }
      }
    }
    return null;
  }

  private boolean isOfVerb(String measure) {
    return catalog.events().containsKey(measure)
        && catalog.events().get(measure).madeBy().isPresent();
  }

  /** The total weight of the events from which a verb's event is made. */
  private double ofSources(Sample sample, String event, int interval) {
    double sum = 0;
    for (String source :
        catalog.events().get(event).derivation().orElseThrow().sources().keySet()) {
      int measure = sample.group.schema().measureIndex(source);
      sum += measure < 0 ? 0 : sample.expected[measure][interval];
    }
    return sum;
  }

  /** Up to this number, users are counted exactly. */
  private static double tolerance(Group group, int measure, int users) {
    double error = Double.parseDouble(group.schema().measures().get(measure).kind().parameters());
    return users <= 1 + 1 / (2 * error * error) ? TOLERANCE : STANDARD_ERRORS * error;
  }

  private void fetch(DynamoDbClient client) {
    List<ItemName> names = List.copyOf(samples.keySet());
    for (int from = 0; from < names.size(); from += KEYS_PER_CALL) {
      List<Map<String, AttributeValue>> wanted =
          names.subList(from, Math.min(names.size(), from + KEYS_PER_CALL)).stream()
              .map(name -> ItemCodec.encodeKey(new ItemKey(name.sort(), name.partition())))
              .toList();
      client
          .batchGetItem(
              call ->
                  call.requestItems(
                      Map.of(
                          CounterTable.DEFAULT_NAME,
                          KeysAndAttributes.builder().keys(wanted).build())))
          .responses()
          .get(CounterTable.DEFAULT_NAME)
          .forEach(this::found);
    }
  }

  private void found(Map<String, AttributeValue> item) {
    ItemName name = new ItemName(item.get(ItemCodec.FEATURE_NAME).s(), item.get(ItemCodec.KEY).s());
    Sample sample = samples.get(name);
    if (item.containsKey(ItemCodec.PACKED)) {
      PackedItem packed = PackedItem.read(item.get(ItemCodec.PACKED).b().asByteArray());
      sample.values = packed.values();
      sample.lastUpdateMillis = packed.lastUpdateMillis();
      return;
    }
    sample.values = new HashMap<>();
    item.get(ItemCodec.COUNTS)
        .m()
        .forEach(
            (measure, numbers) -> {
              Map<String, Double> byLabel = new HashMap<>();
              numbers
                  .m()
                  .forEach((label, number) -> byLabel.put(label, Double.parseDouble(number.n())));
              sample.values.put(measure, byLabel);
            });
    sample.lastUpdateMillis = Long.parseLong(item.get(ItemCodec.LAST_UPDATE).n());
  }
}
