package io.countermachine.local.verification;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventExpression;
import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Timestamps;
import io.countermachine.catalog.Verb;
import io.countermachine.local.verification.ExpectedValues.Occurrence;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Output;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Counts events again from their raw records, as a reference for the machine's results. It uses the
 * production classes only for the catalog and for the evaluation of formulas over events, and
 * nothing of the job's decoder, arithmetic and key encoding. It parses whole trees instead of
 * streams, keeps every event, and computes each value as one sum over all of a key's events.
 *
 * <p>The caller passes what Kafka knows about a record. The rest follows the specification. A
 * record of an aborted transaction is never added. An id counts once among records whose timestamps
 * differ by at most {@code within}, whatever the order in which they are added. The counters of a
 * key are gone once the clock is later than its last event by more than {@code retain}.
 */
public final class Recomputation {
  /** Decides which events rules block. */
  public interface BlockedValues {
    /** No rules. */
    BlockedValues NONE = (list, value, timeMillis) -> false;

    /** Returns true if a list has a value at an event's instant, epoch milliseconds. */
    boolean blocks(String list, String value, long timeMillis);
  }

  /** A dead letter and its reason. The line is null if the record had no value. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Outcome(byte[] line, String reason) {}

  /**
   * The circumstances in which a record is read.
   *
   * @param kafkaMillis its timestamp, epoch milliseconds
   * @param clockMillis the clock when it was sent; it is counted and written within seconds
   * @param counting whether the job's catalog has a group at that time
   * @param retain how long the job's catalog keeps a group at that time; empty for ever
   */
  public record Reading(
      long kafkaMillis,
      long clockMillis,
      Predicate<Group> counting,
      Function<Group, Optional<Duration>> retain) {

    /** A reading with one catalog, and with the clock's instant as the timestamp. */
    public static Reading at(long clockMillis) {
      return new Reading(clockMillis, clockMillis, group -> true, Group::retain);
    }
  }

  /**
   * The contribution of one event to one measure, the clock at that time, and its record if there
   * are verbs.
   */
  private record Happening(
      String measure, double amount, Occurrence occurrence, long clockMillis, Recorded record) {
    private long timeMillis() {
      return occurrence.timeMillis();
    }

    /** What is left after another event took it back: only the fact that it happened. */
    private Happening takenBack() {
      return new Happening(measure, 0, occurrence.takenBack(), clockMillis, record);
    }
  }

  /** A record that was counted, or a session. Compared by identity. */
  private static final class Recorded {
    private final String text;
    private final String name;
    private final Function<String, JsonNode> event;
    private final Object[] fields;
    private final double value;
    private final long timeMillis;
    private final Map<Group, Set<String>> keys;
    private final Reading reading;

    Recorded(
        String text,
        String name,
        Function<String, JsonNode> event,
        Object[] fields,
        double value,
        long timeMillis,
        Map<Group, Set<String>> keys,
        Reading reading) {
      this.text = text;
      this.name = name;
      this.event = event;
      this.fields = fields;
      this.value = value;
      this.timeMillis = timeMillis;
      this.keys = keys;
      this.reading = reading;
    }

    Recorded at(long instant, Optional<Double> newValue) {
      return new Recorded(
          text, name, event, fields, newValue.orElse(value), instant, keys, reading);
    }
  }

  /** One event: that of a record, or one derived from it. */
  private record Counted(String name, double weight) {}

  /** An item's group and key. */
  public record Key(String group, String key) {}

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION.mappedFeature())
          .disable(JsonParser.Feature.ALLOW_COMMENTS);

  private static final BigInteger LONGEST = BigInteger.valueOf(Long.MAX_VALUE);
  private static final int LONGEST_KEY = 2048;
  private static final int LONGEST_IN_ENTRY = 256;
  private static final int MOST_KEYS = 1_000;

  /** Date, hour and minute, seconds, fraction, and the offset's hours and minutes. */
  private static final Pattern INSTANT =
      Pattern.compile(
          "(\\d{4}-\\d\\d-\\d\\d)[Tt ](\\d\\d:\\d\\d)(:\\d\\d)?(?:[.,](\\d{1,9}))?"
              + "(?:[Zz]|([+-]\\d\\d)(?::?(\\d\\d))?)");

  private final Catalog catalog;
  private final BlockedValues rules;
  private long blocked;
  private final Map<Key, List<Happening>> happenings = new LinkedHashMap<>();

  /**
   * The contributions, including what verbs make and take back; null after a new record was added.
   */
  private Map<Key, List<Happening>> withVerbs;

  /** All counted records, if there are verbs. */
  private final List<Recorded> records = new ArrayList<>();

  private final List<Outcome> deadLetters = new ArrayList<>();
  private final Map<Key, Long> goneAfterMillis = new HashMap<>();
  private final Map<String, List<Long>> countedIds = new HashMap<>();
  private final Set<String> keyFields = new LinkedHashSet<>();

  /** Without rules. */
  public Recomputation(Catalog catalog) {
    this(catalog, BlockedValues.NONE);
  }

  public Recomputation(Catalog catalog, BlockedValues rules) {
    this.catalog = catalog;
    this.rules = rules;
    catalog.groups().forEach(group -> keyFields.addAll(group.keyFields()));
  }

  /** Counts a record's value, null if it has none, at an instant of the clock. */
  public void add(byte[] line, long clockMillis) {
    add(line, Reading.at(clockMillis));
  }

  /**
   * Counts a record's value, null if it has none.
   *
   * @return why it cannot be counted, or null
   */
  public String add(byte[] line, Reading reading) {
    String reason = count(line, reading);
    if (reason != null) {
      deadLetters.add(new Outcome(line, reason));
    }
    return reason;
  }

  /** The lines that cannot be counted, with their reasons, in order. */
  public List<Outcome> deadLetters() {
    return deadLetters;
  }

  /** The number of records that rules blocked. */
  public long blocked() {
    return blocked;
  }

  /** Every group and key that has events. */
  public Set<Key> keys() {
    return happened().keySet();
  }

  /** The instant of a key's newest event, epoch milliseconds. */
  public long lastUpdate(Key key) {
    return lastUpdate(key, events(key));
  }

  /** The number of events that were counted for a key. */
  public int events(Key key) {
    return happened().getOrDefault(key, List.of()).size();
  }

  /**
   * The number of events that a measure of a key got.
   *
   * @param measure its index in the group's schema
   */
  public int feeds(Key key, int measure) {
    return (int)
        happened().getOrDefault(key, List.of()).stream()
            .filter(happening -> happening.occurrence().measure() == measure)
            .count();
  }

  /** The clock's instant at which the last of a key's events was added. */
  public long newestClock(Key key) {
    List<Happening> all = happened().get(key);
    return all.get(all.size() - 1).clockMillis();
  }

  /**
   * The instant of the newest of a key's first events, in the order in which they were added, epoch
   * milliseconds.
   */
  public long lastUpdate(Key key, int firstEvents) {
    return happened().get(key).stream()
        .limit(firstEvents)
        .mapToLong(Happening::timeMillis)
        .max()
        .orElseThrow();
  }

  /** A count or sum as of an instant, which must not be before the newest event. */
  public double value(Key key, String measure, Interval interval, long asOfMillis) {
    return value(key, measure, interval, asOfMillis, events(key));
  }

  /**
   * A count or sum of a key's first events, in the order in which they were added, as of an
   * instant.
   */
  public double value(
      Key key, String measure, Interval interval, long asOfMillis, int firstEvents) {
    double sum = 0;
    for (Happening happening : happened().getOrDefault(key, List.of()).subList(0, firstEvents)) {
      if (happening.measure().equals(measure)) {
        double age = asOfMillis - happening.timeMillis();
        double factor = interval.isLifetime() ? 1 : Math.exp(-age / interval.tauMillis());
        sum += happening.amount() * factor;
      }
    }
    return sum;
  }

  /**
   * The acceptable values of a numeric output at an instant. An instant before the newest event is
   * treated as that of the newest event.
   */
  public ExpectedValues.Range number(Key key, Output output, Interval interval, long asOfMillis) {
    return expected(key, events(key)).number(output, interval, asOfMillis);
  }

  /** What is wrong with the labels that an output shows at an instant, in order. */
  public Optional<String> labelsFault(
      Key key, Output output, Interval interval, long asOfMillis, Map<String, Double> found) {
    return expected(key, events(key)).labelsFault(output, interval, asOfMillis, found);
  }

  /** The entries of a list, a first or a last at an instant, in order. */
  public List<ExpectedValues.Entry> entries(Key key, Output output, long asOfMillis) {
    return expected(key, events(key)).entries(output, asOfMillis);
  }

  /** The expected values after a key's first events, in the order in which they were added. */
  ExpectedValues expected(Key key, int firstEvents) {
    return new ExpectedValues(
        happened().getOrDefault(key, List.of()).subList(0, firstEvents).stream()
            .map(Happening::occurrence)
            .toList(),
        catalog.group(key.group()).orElseThrow().schema(),
        unitMillis());
  }

  private long unitMillis() {
    return catalog.timestamps().unit() == Timestamps.Unit.SECONDS ? 1_000 : 1;
  }

  private String count(byte[] line, Reading reading) {
    if (line == null) {
      return "empty";
    }
    JsonNode event = parse(line);
    if (event == null || !event.isObject()) {
      return "malformed";
    }
    JsonNode name = at(event, "eventName");
    if (!name.isTextual() || name.textValue().isEmpty()) {
      return "bad_event_name";
    }
    EventType type = catalog.events().get(name.textValue());
    if (type != null && type.derivation().isPresent()) {
      return "bad_event_name";
    }
    return type == null ? null : countKnown(event, line, type, reading);
  }

  private static JsonNode parse(byte[] line) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
      // A byte order mark only confirms that this is UTF-8.
      return JSON.readTree(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (IOException notJson) {
      return null;
    }
  }

  private String countKnown(JsonNode event, byte[] line, EventType type, Reading reading) {
    BigInteger millis = millis(at(event, "eventTs"));
    // The largest long itself is too large, too.
    if (millis == null || millis.signum() < 0 || millis.compareTo(LONGEST) >= 0) {
      return "bad_timestamp";
    }
    if (millis.longValue() > reading.clockMillis() + catalog.timestamps().maxAhead().toMillis()) {
      return "future_timestamp";
    }
    Optional<Duration> maxBehind = catalog.timestamps().maxBehind();
    if (maxBehind.isPresent()
        && millis.longValue() < reading.clockMillis() - maxBehind.get().toMillis()) {
      return "past_timestamp";
    }
    double value = 0;
    if (type.valueField().isPresent()) {
      JsonNode number = at(event, type.valueField().get());
      value = number.isNumber() ? number.doubleValue() : Double.NaN;
      if (Double.isNaN(value) || Double.isInfinite(value)) {
        return "bad_value";
      }
    }
    Map<String, Set<String>> parts = new HashMap<>();
    for (String field : keyFields) {
      Set<String> part = keyParts(field, at(event, field));
      if (part == null) {
        return "bad_key";
      }
      parts.put(field, part);
    }
    Map<Group, Set<String>> keys = new LinkedHashMap<>();
    for (Group group : catalog.groups()) {
      Set<String> joined = Set.of(group.keyFields().isEmpty() ? "*" : "");
      for (String field : group.keyFields()) {
        Set<String> longer = new LinkedHashSet<>();
        for (String beginning : joined) {
          for (String part : parts.get(field)) {
            String escaped = part.replaceAll("([\\\\|])", "\\\\$1");
            longer.add(beginning.isEmpty() ? escaped : beginning + "|" + escaped);
          }
        }
        joined = longer;
        if (joined.size() > MOST_KEYS) {
          return "bad_key";
        }
      }
      if (joined.stream()
          .anyMatch(key -> key.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY)) {
        return "bad_key";
      }
      if (!joined.isEmpty()) {
        keys.put(group, joined);
      }
    }
    if (keys.isEmpty()) {
      return "no_group";
    }
    if (isBlocked(type.name(), field -> at(event, field), millis.longValue())) {
      blocked++;
    } else if (isNew(event, reading.kafkaMillis())) {
      keys.keySet().removeIf(reading.counting().negate());
      feed(event, line, keys, type, value, millis.longValue(), reading);
    }
    return null;
  }

  /** Returns true if a list of the event contains the event's value of the list's field. */
  private boolean isBlocked(String name, Function<String, JsonNode> event, long timeMillis) {
    return catalog.rules().isPresent()
        && catalog.rules().get().unless(name).stream()
            .anyMatch(
                list ->
                    text(event.apply(catalog.rules().get().lists().get(list)))
                        .filter(value -> rules.blocks(list, value, timeMillis))
                        .isPresent());
  }

  private boolean isNew(JsonNode event, long kafkaMillis) {
    if (catalog.deduplication().isEmpty()) {
      return true;
    }
    String id = at(event, catalog.deduplication().get().field()).asText("");
    if (id.isEmpty()) {
      return true;
    }
    long within = catalog.deduplication().get().within().toMillis();
    List<Long> counted = countedIds.computeIfAbsent(id, first -> new ArrayList<>());
    if (counted.stream().anyMatch(other -> Math.abs(other - kafkaMillis) <= within)) {
      return false;
    }
    return counted.add(kafkaMillis);
  }

  private void feed(
      JsonNode event,
      byte[] line,
      Map<Group, Set<String>> keys,
      EventType type,
      double value,
      long timeMillis,
      Reading reading) {
    Recorded record =
        new Recorded(
            new String(line, StandardCharsets.UTF_8),
            type.name(),
            field -> at(event, field),
            fields(event),
            value,
            timeMillis,
            keys,
            reading);
    for (Counted counted : counted(record, new Counted(type.name(), 1))) {
      feed(record, counted, false, (group, key) -> happeningsOf(group, key, reading));
    }
    if (!catalog.verbEvents().isEmpty()) {
      records.add(record);
      withVerbs = null;
    }
  }

  /** Adds the contributions of one event to the measures. */
  private void feed(
      Recorded record,
      Counted counted,
      boolean ofVerb,
      BiFunction<Group, String, List<Happening>> into) {
    record.keys.forEach(
        (group, joined) -> {
          for (Feed feed : group.feeds()) {
            Measure measure = group.schema().measures().get(feed.measure());
            Optional<String> label =
                feed.event().equals(counted.name())
                    ? label(feed, record, counted.name())
                    : Optional.empty();
            List<Object> entry = entry(measure.kind(), record, counted.name());
            if (label.isPresent() && isTaken(measure.kind(), counted.weight(), entry)) {
              boolean counts = measure.kind().id().equals("COUNT");
              double amount = counts ? counted.weight() : counted.weight() * record.value;
              Occurrence occurrence =
                  new Occurrence(
                      feed.measure(),
                      counted.weight(),
                      record.value,
                      label.get(),
                      entry,
                      record.timeMillis,
                      ofVerb);
              for (String key : joined) {
                into.apply(group, key)
                    .add(
                        new Happening(
                            measure.name(),
                            amount,
                            occurrence,
                            record.reading.clockMillis(),
                            catalog.verbEvents().isEmpty() ? null : record));
              }
            }
          }
        });
  }

  /** The contributions to each key, including those of verbs. */
  private Map<Key, List<Happening>> happened() {
    if (catalog.verbEvents().isEmpty()) {
      return happenings;
    }
    if (withVerbs == null) {
      withVerbs = new LinkedHashMap<>();
      Set<Object> undone = new HashSet<>();
      Map<Key, List<Happening>> made = new LinkedHashMap<>();
      catalog.verbEvents().forEach(type -> make(type, undone, made));
      happenings.forEach(
          (key, all) ->
              withVerbs.put(
                  key,
                  new ArrayList<>(
                      all.stream()
                          .map(
                              each ->
                                  undone.contains(each.record()) && canTakeBack(key, each)
                                      ? each.takenBack()
                                      : each)
                          .toList())));
      made.forEach(
          (key, all) -> withVerbs.computeIfAbsent(key, first -> new ArrayList<>()).addAll(all));
    }
    return withVerbs;
  }

  /** A measure that only counts what happened keeps undone events. */
  private boolean canTakeBack(Key key, Happening happening) {
    int measure = happening.occurrence().measure();
    String kind =
        catalog.group(key.group()).orElseThrow().schema().measures().get(measure).kind().id();
    return !List.of("UNIQUES", "MIN", "MAX", "FIRST", "LAST", "LIST").contains(kind);
  }

  /** Derives the events of one verb. For one that undoes, records what it takes back. */
  private void make(EventType type, Set<Object> undone, Map<Key, List<Happening>> made) {
    Verb verb = type.verb().orElseThrow();
    Map<List<String>, List<VerbRecomputation.Seen>> byKey = new LinkedHashMap<>();
    for (Recorded record : records) {
      List<Optional<String>> by = verb.by().stream().map(f -> byValue(record, f)).toList();
      if (by.stream().allMatch(Optional::isPresent)) {
        List<String> key = by.stream().map(Optional::get).toList();
        seen(type, verb, record, byKey.computeIfAbsent(key, first -> new ArrayList<>()));
      }
    }
    byKey.forEach(
        (by, events) -> {
          for (VerbRecomputation.Made each : VerbRecomputation.make(verb, events)) {
            if (verb.kind() == Verb.Kind.UNDOES) {
              undone.add(((Weighed) each.of().record()).record());
            } else {
              Weighed of = (Weighed) each.of().record();
              Recorded record =
                  verb.kind() == Verb.Kind.SESSION
                      ? session(verb, by, each, of.record())
                      : of.record().at(each.timeMillis(), each.value());
              for (Counted counted : counted(record, new Counted(type.name(), of.weight()))) {
                feed(
                    record,
                    counted,
                    true,
                    (group, key) ->
                        made.computeIfAbsent(
                            new Key(group.name(), key), first -> new ArrayList<>()));
              }
            }
          }
        });
  }

  /** A record and its weight for a verb. */
  private record Weighed(Recorded record, double weight) {}

  /** The role of one record for a verb, if it has one. */
  private void seen(EventType type, Verb verb, Recorded record, List<VerbRecomputation.Seen> into) {
    List<Counted> all = counted(record, new Counted(record.name, 1));
    boolean pairs = verb.kind() == Verb.Kind.WITHOUT || verb.kind() == Verb.Kind.THEN;
    boolean other = pairs && all.stream().anyMatch(each -> verb.others().contains(each.name()));
    if (verb.kind() == Verb.Kind.UNDOES) {
      boolean undoes = record.name.equals(type.name());
      if (undoes || verb.others().contains(record.name)) {
        into.add(seen(record, !undoes, undoes, record.name, 1));
      }
      return;
    }
    if (verb.kind() == Verb.Kind.SESSION) {
      all.stream()
          .filter(each -> verb.others().contains(each.name()))
          .forEach(each -> into.add(seen(record, false, true, each.name(), 1)));
      return;
    }
    List<Counted> candidates = madeOf(record, type, all);
    for (Counted candidate : candidates) {
      into.add(seen(record, true, other, type.name(), candidate.weight()));
      other = false;
    }
    if (candidates.isEmpty() && other) {
      into.add(seen(record, false, true, record.name, 0));
    }
  }

  private static VerbRecomputation.Seen seen(
      Recorded record, boolean of, boolean other, String name, double weight) {
    return new VerbRecomputation.Seen(
        of, other, name, record.timeMillis, record.text, new Weighed(record, weight));
  }

  /** A text, or a 64-bit integer as its decimal text. */
  private static Optional<String> byValue(Recorded record, String field) {
    JsonNode value = record.event.apply(field);
    return value.isIntegralNumber() && !value.canConvertToLong() ? Optional.empty() : text(value);
  }

  /** A text, or an integer as its decimal text. */
  private static Optional<String> text(JsonNode value) {
    if (value.isIntegralNumber()) {
      return Optional.of(value.bigIntegerValue().toString());
    }
    return value.isTextual() && !value.textValue().isEmpty()
        ? Optional.of(value.textValue())
        : Optional.empty();
  }

  private Recorded session(Verb verb, List<String> by, VerbRecomputation.Made made, Recorded last) {
    Map<String, Object> values = new LinkedHashMap<>(made.fields());
    for (int i = 0; i < by.size(); i++) {
      values.put(verb.by().get(i), by.get(i));
    }
    Map<Group, Set<String>> keys = new LinkedHashMap<>();
    for (Group group : catalog.groups()) {
      if (values.keySet().containsAll(group.keyFields())) {
        String key =
            group.keyFields().stream()
                .map(field -> values.get(field).toString().replaceAll("([\\\\|])", "\\\\$1"))
                .collect(Collectors.joining("|"));
        keys.put(group, Set.of(group.keyFields().isEmpty() ? "*" : key));
      }
    }
    return new Recorded(
        "",
        "",
        field -> JSON.valueToTree(values.get(field)),
        catalog.eventFields().fields().stream().map(field -> values.get(field.name())).toArray(),
        made.value().orElseThrow(),
        made.timeMillis(),
        keys,
        last.reading);
  }

  /** An event and all events that are derived from it alone, each with its weight. */
  private List<Counted> counted(Recorded record, Counted event) {
    List<Counted> counted = new ArrayList<>(List.of(event));
    for (EventType made : catalog.derivedEvents()) {
      if (made.madeBy().isEmpty() && !isBlocked(made.name(), record.event, record.timeMillis)) {
        counted.addAll(madeOf(record, made, List.copyOf(counted)));
      }
    }
    return counted;
  }

  /** The events that are derived from several events of one record, one from each. */
  private static List<Counted> madeOf(Recorded record, EventType made, List<Counted> sources) {
    List<Counted> counted = new ArrayList<>();
    Derivation derivation = made.derivation().orElseThrow();
    for (Counted source : sources) {
      Optional<EventExpression> weight = derivation.sources().get(source.name());
      if (weight == null) {
        continue;
      }
      EventOperands operands =
          new EventOperands().event(record.fields, record.timeMillis, source.name());
      double condition =
          derivation.where().map(where -> where.expression().evaluate(operands)).orElse(1.0);
      double factor = weight.map(by -> by.expression().evaluate(operands)).orElse(1.0);
      // A condition or factor of 0 or undefined makes no event.
      if (Math.abs(condition) > 0 && Math.abs(factor) > 0) {
        counted.add(new Counted(made.name(), source.weight() * factor));
      }
    }
    return counted;
  }

  /**
   * The label that an event counts under: "" if the measure has no labels; empty if the event has
   * none.
   */
  private Optional<String> label(Feed feed, Recorded record, String name) {
    if (feed.label().isEmpty()) {
      return Optional.of("");
    }
    EventLabel label = feed.label().get();
    if (label.field() < 0) {
      EventOperands operands = new EventOperands().event(record.fields, record.timeMillis, name);
      return Optional.ofNullable(label.of(operands));
    }
    return text(record.event.apply(catalog.eventFields().fields().get(label.field()).name()));
  }

  /** The fields that a list, a first or a last keeps of an event; null for each missing field. */
  private List<Object> entry(MeasureKind kind, Recorded record, String name) {
    List<Object> entry = new ArrayList<>();
    for (String field : kind.occurrenceFields()) {
      Object value = field.equals("eventName") ? name : plain(record.event.apply(field));
      boolean isLong =
          value instanceof String text
              && text.getBytes(StandardCharsets.UTF_8).length > LONGEST_IN_ENTRY;
      entry.add(value instanceof Boolean || isLong ? null : value);
    }
    return Collections.unmodifiableList(entry);
  }

  /**
   * A measure that cannot take anything back accepts only positive weights, and only entries with
   * the fields that identify them.
   */
  private static boolean isTaken(MeasureKind kind, double weight, List<Object> entry) {
    return switch (kind.id()) {
      case "UNIQUES", "MIN", "MAX" -> weight > 0;
      case "FIRST", "LAST" -> weight > 0 && entry.get(0) != null;
      case "LIST" -> {
        String distinct = kind.parameters().split(",", -1)[2];
        Object value =
            distinct.isEmpty() ? "" : entry.get(kind.occurrenceFields().indexOf(distinct));
        boolean isLabel =
            value instanceof Long || (value instanceof String text && !text.isEmpty());
        yield weight > 0 && (distinct.isEmpty() || isLabel);
      }
      default -> true;
    };
  }

  /** The values of the fields that formulas over events name. */
  private Object[] fields(JsonNode event) {
    return catalog.eventFields().fields().stream()
        .map(field -> at(event, field.name()))
        .map(Recomputation::plain)
        .toArray();
  }

  private static Object plain(JsonNode value) {
    if (value.isBoolean()) {
      return value.booleanValue();
    }
    if (value.isNumber()) {
      return value.canConvertToLong() && value.isIntegralNumber()
          ? (Object) value.longValue()
          : (Object) value.doubleValue();
    }
    return value.textValue();
  }

  /** The contributions to a key since it was created, or created again after its retention. */
  private List<Happening> happeningsOf(Group group, String joined, Reading reading) {
    Key key = new Key(group.name(), joined);
    List<Happening> all = happenings.computeIfAbsent(key, first -> new ArrayList<>());
    if (reading.clockMillis() > goneAfterMillis.getOrDefault(key, Long.MAX_VALUE)) {
      all.clear();
    }
    goneAfterMillis.put(
        key,
        reading
            .retain()
            .apply(group)
            .map(retain -> reading.clockMillis() + retain.toMillis())
            .orElse(Long.MAX_VALUE));
    return all;
  }

  /** The value of a field. A text that means "nobody" at that place counts as missing. */
  private JsonNode at(JsonNode event, String field) {
    JsonNode found = event;
    for (String name : catalog.place(field).path()) {
      found = found.path(name);
    }
    return isAbsentText(field, found) ? MissingNode.getInstance() : found;
  }

  private boolean isAbsentText(String field, JsonNode element) {
    List<String> path = catalog.place(field).path();
    return element.isTextual()
        && catalog.fields().values().stream()
            .anyMatch(
                place -> place.path().equals(path) && place.absent().contains(element.textValue()));
  }

  /** The keys that a field gives; none if it is missing; null if its value cannot be a key. */
  private Set<String> keyParts(String field, JsonNode value) {
    List<JsonNode> elements = new ArrayList<>();
    if (value.isArray()) {
      value.forEach(elements::add);
    } else {
      elements.add(value);
    }
    Set<String> parts = new LinkedHashSet<>();
    for (JsonNode element : elements) {
      if (element.isMissingNode() || element.isNull() || isAbsentText(field, element)) {
        continue;
      }
      if (element.isIntegralNumber()) {
        parts.add(element.bigIntegerValue().toString());
      } else if (element.isTextual()
          && !element.textValue().isEmpty()
          // A lone surrogate, which can come only from an escape, has no UTF-8.
          && StandardCharsets.UTF_8.newEncoder().canEncode(element.textValue())) {
        parts.add(element.textValue());
      } else {
        return null;
      }
    }
    return parts;
  }

  /** The instant in epoch milliseconds, of any size; null if it is invalid. */
  private BigInteger millis(JsonNode time) {
    if (catalog.timestamps().unit() != Timestamps.Unit.ISO8601) {
      return time.isIntegralNumber()
          ? time.bigIntegerValue()
              .multiply(BigInteger.valueOf(catalog.timestamps().unit().millis()))
          : null;
    }
    Matcher matcher = INSTANT.matcher(time.isTextual() ? time.textValue() : "");
    if (!matcher.matches()) {
      return null;
    }
    String seconds = matcher.group(3) == null ? ":00" : matcher.group(3);
    String fraction = matcher.group(4) == null ? "" : "." + matcher.group(4);
    String offset =
        matcher.group(5) == null
            ? "Z"
            : matcher.group(5) + ":" + (matcher.group(6) == null ? "00" : matcher.group(6));
    try {
      return BigInteger.valueOf(
          OffsetDateTime.parse(
                  matcher.group(1) + "T" + matcher.group(2) + seconds + fraction + offset)
              .toInstant()
              .toEpochMilli());
    } catch (DateTimeParseException e) {
      return null;
    }
  }
}
