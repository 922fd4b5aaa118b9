package io.countermachine.job.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Derivation;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Timestamps;
import io.countermachine.deadletters.Reason;
import io.countermachine.item.ItemKey;
import io.countermachine.json.ParserMessage;
import io.countermachine.rules.RuleBook;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Decodes records of the events topic: the bytes of one JSON object become an event, nothing if its
 * name is not in the catalog, or a reason why it cannot be counted.
 *
 * <p>A key field that holds an array gives a key for each element.
 *
 * <p>One pass, by a scanner of flat objects or else by a parser, collects the values of the fields
 * that the catalog names. Then the rules are applied in their order, whatever the order of the
 * fields. If a field occurs twice, the last one counts. Not thread-safe: the collected values are
 * reused from record to record.
 */
public final class EventDecoder {
  /** The maximum number of keys of one group that an event may have, because of its arrays. */
  static final int MAX_KEYS = 1_000;

  private static final List<Timestamps.Unit> NUMBER_UNITS =
      List.of(Timestamps.Unit.SECONDS, Timestamps.Unit.MILLISECONDS);

  private static final String EVENT_NAME = "eventName";
  private static final String EVENT_TS = "eventTs";

  /**
   * A record's size is the only limit: the broker enforces it, and every well-formed object of that
   * size is an event.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final long unitMillis;
  private final Timestamps.Unit otherUnit;
  private final long maxAheadMillis;
  private final long maxBehindMillis;
  private final Map<List<String>, ParsedField> fields = new LinkedHashMap<>();
  private final FieldTree places = new FieldTree();
  private final Catalog catalog;
  private final boolean isoTime;
  private final ParsedField nameField;
  private final ParsedField timeField;
  private final ParsedField idField;
  private final List<ParsedField> keyFields = new ArrayList<>();
  private final byte[][] typeNames;
  private final ParsedField[] allFields;
  private final PlainObjectScanner scanner;
  private final ParsedField[] valueFields;
  private final ParsedField[][] groupKeyFields;
  private final boolean[][] counted;
  private final MeantFields meantFields;
  private final LackingKeys lackingKeys;
  private final ParsedField[] eventFields;

  /** By type: the indexes of the event fields that an event and those derived from it need. */
  private final int[][] neededFields;

  private final StatelessEvents statelessEvents;

  /** By type: why a record must not have its name; null if it may. */
  private final String[] refusals;

  /** Null if there are no rules. */
  private final RuleBook book;

  private final RuleCheck rules;

  private Reason reason;
  private String detail;
  private boolean ofOtherUnit;
  private long blockedBy;
  private boolean cameAtItsInstant;

  /** True if the record was decoded before, so that the clock does not matter any more. */
  private boolean isStored;

  /** By type: true if another event may undo it. */
  private final boolean[] undone;

  /** Creates a decoder for a catalog. */
  public EventDecoder(Catalog catalog) {
    this(catalog, type -> {}, null);
  }

  /**
   * Creates a decoder for a catalog.
   *
   * @param undefined receives the index of each event that is not derived because its condition or
   *     weight is undefined
   * @param book the values on the catalog's lists; null if nothing can be blocked
   */
  public EventDecoder(Catalog catalog, IntConsumer undefined, RuleBook book) {
    this.catalog = catalog;
    this.book = book;
    isoTime = catalog.timestamps().unit() == Timestamps.Unit.ISO8601;
    unitMillis = catalog.timestamps().unit().millis();
    otherUnit = catalog.timestamps().unit().otherNumber();
    maxAheadMillis = catalog.timestamps().maxAhead().toMillis();
    maxBehindMillis =
        catalog.timestamps().maxBehind().map(Duration::toMillis).orElse(Long.MAX_VALUE);
    nameField = field(EVENT_NAME);
    timeField = field(EVENT_TS);
    idField = catalog.deduplication().map(d -> field(d.field())).orElse(null);
    List<EventType> types = List.copyOf(catalog.events().values());
    List<Group> groups = catalog.groups();
    statelessEvents = new StatelessEvents(catalog, undefined);
    eventFields =
        catalog.eventFields().fields().stream()
            .map(field -> field(field.name()))
            .toArray(ParsedField[]::new);
    refusals = new String[types.size()];
    undone = new boolean[types.size()];
    typeNames = new byte[types.size()][];
    neededFields = new int[types.size()][];
    NeededFields needed = new NeededFields(catalog);
    valueFields = new ParsedField[types.size()];
    counted = new boolean[types.size()][groups.size()];
    for (int type = 0; type < types.size(); type++) {
      neededFields[type] = needed.of(type, statelessEvents.typesOf(type));
      typeNames[type] = types.get(type).name().getBytes(StandardCharsets.UTF_8);
      valueFields[type] = types.get(type).valueField().map(this::field).orElse(null);
      for (int group = 0; group < groups.size(); group++) {
        counted[type][group] = groups.get(group).counts(types.get(type).name());
        for (int made : statelessEvents.typesOf(type)) {
          counted[type][group] |= groups.get(group).counts(types.get(made).name());
        }
      }
      String name = types.get(type).name();
      undone[type] =
          types.stream().anyMatch(other -> other.undoes().filter(name::equals).isPresent());
      refusals[type] = types.get(type).derivation().map(EventDecoder::refusal).orElse(null);
    }
    groupKeyFields = new ParsedField[groups.size()][];
    for (int group = 0; group < groups.size(); group++) {
      groupKeyFields[group] =
          groups.get(group).keyFields().stream().map(this::field).toArray(ParsedField[]::new);
      for (ParsedField keyField : groupKeyFields[group]) {
        if (!keyFields.contains(keyField)) {
          keyField.listKeys();
          keyFields.add(keyField);
        }
      }
    }
    rules =
        book == null || book.names().isEmpty()
            ? null
            : new RuleCheck(catalog, book, this::field, statelessEvents::typesOf);
    allFields = fields.values().toArray(ParsedField[]::new);
    fields.forEach(places::add);
    meantFields = new MeantFields(catalog, JSON);
    lackingKeys = new LackingKeys(catalog, meantFields);
    scanner =
        new PlainObjectScanner(
            fields.values().stream().filter(ParsedField::isAtTop).toArray(ParsedField[]::new));
  }

  private static String refusal(Derivation derivation) {
    return "is derived from %s; records must not have this name"
        .formatted(String.join(" and ", derivation.sources().keySet()));
  }

  /** Fields at the same place are one field, with the absent texts of both. */
  private ParsedField field(String name) {
    FieldPlace place = catalog.place(name);
    ParsedField field =
        fields.computeIfAbsent(place.path(), absent -> new ParsedField(name, place));
    field.addAbsent(place.absent());
    return field;
  }

  /**
   * Decodes a record's value.
   *
   * @param bytes the value, or null
   * @param recordMillis the record's Kafka timestamp, epoch milliseconds
   * @param clockMillis the clock, epoch milliseconds
   * @return the event, or null if there is none to count. Then {@link #reason()} says why it is a
   *     dead letter; it is null if the name is not in the catalog, or if a rule blocks the event,
   *     see {@link #blockedBy()}
   */
  public Event decode(byte[] bytes, long recordMillis, long clockMillis) {
    cameAtItsInstant = false;
    return decodeRecord(bytes, recordMillis, clockMillis);
  }

  /**
   * Decodes a record's value as of the time when it arrived: that of its own timestamp. A record
   * without one counts as having arrived when its event happened.
   *
   * @param recordMillis the record's Kafka timestamp, epoch milliseconds; negative if it has none
   * @param nowMillis the clock, epoch milliseconds: no event may be later
   * @return as {@link #decode}
   */
  public Event decodeHistory(byte[] bytes, long recordMillis, long nowMillis) {
    cameAtItsInstant = recordMillis < 0;
    return decodeRecord(bytes, recordMillis, cameAtItsInstant ? nowMillis : recordMillis);
  }

  private Event decodeRecord(byte[] bytes, long recordMillis, long clockMillis) {
    int type = readType(bytes);
    return type < 0 ? null : decodeKnown(type, bytes, recordMillis, clockMillis);
  }

  /**
   * When an event happened, epoch milliseconds; negative if the record cannot be counted. Does not
   * read keys or other fields.
   */
  long instant(byte[] bytes, long clockMillis) {
    int type = readType(bytes);
    return type < 0 || refusals[type] != null ? -1 : readTime(bytes, clockMillis);
  }

  /**
   * Reads a record up to its type. The type is negative if there is none to count; the record may
   * then be rejected.
   */
  private int readType(byte[] bytes) {
    reason = null;
    detail = null;
    ofOtherUnit = false;
    blockedBy = 0;
    if (bytes == null) {
      reject(Reason.EMPTY, "the record has no value");
      return -1;
    }
    clearFields();
    if (!scanner.scan(bytes)) {
      clearFields();
      if (!parse(bytes)) {
        return -1;
      }
    }
    if (!nameField.isText() || nameField.isEmpty()) {
      reject(
          Reason.BAD_EVENT_NAME,
          nameField.name()
              + " "
              + nameField.found()
              + ", expected a name"
              + (nameField.isAbsent() ? meantFields.questionForName(EVENT_NAME, bytes) : ""));
      return -1;
    }
    return nameField.indexIn(typeNames);
  }

  /**
   * Decodes a record that was an event before; null if it is not an event with this catalog.
   *
   * @param bytes the value
   */
  public Event decodeStored(byte[] bytes) {
    isStored = true;
    Event event = decode(bytes, 0, 0);
    isStored = false;
    return event;
  }

  private void clearFields() {
    for (ParsedField field : allFields) {
      field.clear();
    }
  }

  /** Why the last record is a dead letter; null if it is not. */
  public Reason reason() {
    return reason;
  }

  /** What was found in the last record if it is a dead letter. */
  public String detail() {
    return detail;
  }

  /** The lists that block the last record, as bits by their indexes; 0 if none does. */
  long blockedBy() {
    return blockedBy;
  }

  /**
   * Returns true if the last record's timestamp would be within a few years of now in the other
   * unit (seconds or milliseconds), but is not in the catalog's.
   */
  boolean isOfOtherUnit() {
    return ofOtherUnit;
  }

  private Event decodeKnown(int type, byte[] bytes, long recordMillis, long clockMillis) {
    if (refusals[type] != null) {
      return reject(
          Reason.BAD_EVENT_NAME,
          "%s %s, which %s".formatted(nameField.name(), nameField.found(), refusals[type]));
    }
    long timeMillis = readTime(bytes, clockMillis);
    if (timeMillis < 0) {
      return null;
    }
    ParsedField valueField = valueFields[type];
    double value = 0;
    if (valueField != null) {
      value = valueField.number();
      if (!Double.isFinite(value)) {
        return reject(
            Reason.BAD_VALUE,
            valueField.name()
                + " "
                + valueField.found()
                + ", expected a finite number"
                + (valueField.isAbsent()
                    ? meantFields.question(List.of(valueField.plainName()), bytes)
                    : ""));
      }
    }
    boolean hasLists = false;
    for (ParsedField keyField : keyFields) {
      if (!keyField.isAbsent() && !keyField.isKey()) {
        return reject(
            Reason.BAD_KEY,
            keyField.name()
                + " "
                + keyField.found()
                + ", expected a non-empty string or an integer");
      }
      hasLists |= keyField.isListOfKeys();
    }
    String[] keys = new String[groupKeyFields.length];
    String[][] moreKeys = hasLists ? new String[groupKeyFields.length][] : null;
    boolean anyGroup = false;
    boolean forgetsAny = book != null && book.forgetsAny();
    for (int group = 0; group < keys.length; group++) {
      if (!hasKey(group)) {
        continue;
      }
      anyGroup = true;
      if (hasLists) {
        if (!combineKeys(group, counted[type][group], keys, moreKeys, timeMillis)) {
          return null;
        }
        continue;
      }
      String key = join(groupKeyFields[group]);
      if (!ItemKey.fits(key)) {
        return rejectLongKey();
      }
      if (counted[type][group] && !(forgetsAny && isForgotten(group, timeMillis))) {
        keys[group] = key;
      }
    }
    if (!anyGroup) {
      return reject(Reason.NO_GROUP, lackingKeys.detail(type, bytes));
    }
    long cameMillis = cameAtItsInstant ? timeMillis : recordMillis;
    long blocking = rules == null || isStored ? 0 : rules.blocking(type, timeMillis, cameMillis);
    if (blocking != 0 && (blocking & rules.own(type)) != 0) {
      blockedBy = blocking & rules.own(type);
      return null;
    }
    Object[] values = fieldValues(neededFields[type]);
    statelessEvents.derive(type, values, timeMillis, blocking);
    return new Event(
        type,
        timeMillis,
        cameMillis,
        value,
        id(),
        keys,
        moreKeys,
        values,
        statelessEvents.types(),
        statelessEvents.weights(),
        undone[type] || statelessEvents.hasCandidates() ? bytes : null,
        1,
        false);
  }

  /** When the record's event happened; negative if it is rejected. */
  private long readTime(byte[] bytes, long clockMillis) {
    long timeMillis = isoTime ? readInstant(bytes, clockMillis) : readNumber(bytes, clockMillis);
    if (timeMillis < 0) {
      return -1;
    }
    if (!isStored && timeMillis - clockMillis > maxAheadMillis) {
      reject(
          Reason.FUTURE_TIMESTAMP,
          "%s is %d ms ahead of the clock, at most %d ms are allowed%s"
              .formatted(
                  timeField.name(), timeMillis - clockMillis, maxAheadMillis, otherUnitHint()));
      return -1;
    }
    if (!isStored && !cameAtItsInstant && clockMillis - timeMillis > maxBehindMillis) {
      reject(
          Reason.PAST_TIMESTAMP,
          "%s is %d ms behind the clock, at most %d ms are allowed%s"
              .formatted(
                  timeField.name(), clockMillis - timeMillis, maxBehindMillis, otherUnitHint()));
      return -1;
    }
    return timeMillis;
  }

  /**
   * Returns true if the group's key contains a value whose events of that time are to be forgotten.
   */
  private boolean isForgotten(int group, long timeMillis) {
    ParsedField[] parts = groupKeyFields[group];
    for (int part = 0; part < parts.length; part++) {
      if (isForgotten(group, part, parts[part].keyText(), timeMillis)) {
        return true;
      }
    }
    return false;
  }

  private boolean isForgotten(int group, int part, String value, long timeMillis) {
    return book.forgets(catalog.groups().get(group).keyFields().get(part), value, timeMillis);
  }

  private Event rejectLongKey() {
    return reject(
        Reason.BAD_KEY,
        "the key is longer than %d bytes of UTF-8".formatted(ItemKey.MAX_KEY_BYTES));
  }

  /** Epoch milliseconds of a number; negative if the event is rejected. */
  private long readNumber(byte[] bytes, long clockMillis) {
    if (!timeField.isInteger() || timeField.integer() < 0) {
      reject(
          Reason.BAD_TIMESTAMP,
          "%s %s, expected a whole number of 0 or more%s"
              .formatted(
                  timeField.name(),
                  timeField.found(),
                  instantHint() + placeHint(bytes, clockMillis)));
      return -1;
    }
    if (timeField.integer() == Long.MAX_VALUE
        || timeField.integer() > Long.MAX_VALUE / unitMillis) {
      reject(Reason.BAD_TIMESTAMP, timeField.name() + " " + timeField.found() + " is too large");
      return -1;
    }
    ofOtherUnit = otherUnit.isAroundNow(timeField.integer(), clockMillis);
    return timeField.integer() * unitMillis;
  }

  private String otherUnitHint() {
    return ofOtherUnit ? "; it " + otherUnit.hint() : "";
  }

  /** The hint if a number is expected and the field has an instant as text. */
  private String instantHint() {
    if (!timeField.isText()) {
      return "";
    }
    String text = timeField.text();
    if (IsoInstants.parse(text) != IsoInstants.NONE) {
      return "; it " + Timestamps.Unit.ISO8601.hint();
    }
    return IsoInstants.parse(text + "Z") == IsoInstants.NONE
        ? ""
        : "; it " + Timestamps.Unit.ISO8601.hint() + ", with an offset from UTC";
  }

  /** The hint if an instant as text is expected and the field has a number. */
  private String numberHint(long clockMillis) {
    if (timeField.isInteger()) {
      for (Timestamps.Unit unit : NUMBER_UNITS) {
        if (unit.isAroundNow(timeField.integer(), clockMillis)) {
          return "; it " + unit.hint();
        }
      }
    }
    return "";
  }

  /** Epoch milliseconds of an instant as text; negative if the event is rejected. */
  private long readInstant(byte[] bytes, long clockMillis) {
    long millis = timeField.isText() ? IsoInstants.parse(timeField.text()) : IsoInstants.NONE;
    if (millis < 0) {
      reject(
          Reason.BAD_TIMESTAMP,
          timeField.name()
              + " "
              + timeField.found()
              + ", expected an instant of 1970 or later with its offset, such as"
              + " \"2024-02-10T22:53:19Z\""
              + numberHint(clockMillis)
              + placeHint(bytes, clockMillis));
    }
    return millis;
  }

  /** The hint where the instant may be if it is not at its place. */
  private String placeHint(byte[] bytes, long clockMillis) {
    return timeField.isAbsent() ? meantFields.questionForInstant(EVENT_TS, bytes, clockMillis) : "";
  }

  /**
   * Makes a group's keys from each combination of its fields' elements.
   *
   * @return true if the event is still valid; false if it is rejected
   */
  private boolean combineKeys(
      int group, boolean isCounted, String[] keys, String[][] moreKeys, long timeMillis) {
    ParsedField[] parts = groupKeyFields[group];
    long combinations = 1;
    for (ParsedField part : parts) {
      combinations *= part.isListOfKeys() ? part.keys().size() : 1;
      if (combinations > MAX_KEYS) {
        reject(
            Reason.BAD_KEY,
            "the event has more than %d keys of group %s"
                .formatted(MAX_KEYS, catalog.groups().get(group).name()));
        return false;
      }
    }
    List<String> joined = new ArrayList<>((int) combinations);
    combine(group, 0, new String[parts.length], joined, timeMillis);
    for (String key : joined) {
      if (!ItemKey.fits(key)) {
        rejectLongKey();
        return false;
      }
    }
    if (isCounted && !joined.isEmpty()) {
      keys[group] = joined.get(0);
      if (joined.size() > 1) {
        moreKeys[group] = joined.subList(1, joined.size()).toArray(String[]::new);
      }
    }
    return true;
  }

  private void combine(int group, int part, String[] values, List<String> joined, long timeMillis) {
    ParsedField[] parts = groupKeyFields[group];
    if (part == parts.length) {
      joined.add(ItemKey.join(values));
      return;
    }
    Collection<String> keys =
        parts[part].isListOfKeys() ? parts[part].keys() : List.of(parts[part].keyText());
    boolean forgetsAny = book != null && book.forgetsAny();
    for (String key : keys) {
      if (!forgetsAny || !isForgotten(group, part, key, timeMillis)) {
        values[part] = key;
        combine(group, part + 1, values, joined, timeMillis);
      }
    }
  }

  private Object[] fieldValues(int[] needed) {
    if (needed.length == 0) {
      return Event.NO_FIELDS;
    }
    Object[] values = new Object[eventFields.length];
    for (int field : needed) {
      values[field] = eventFields[field].typed();
    }
    return values;
  }

  private String id() {
    String id = idField == null ? null : idField.idText();
    return id == null ? null : IdHash.of(id);
  }

  private boolean hasKey(int group) {
    for (ParsedField keyField : groupKeyFields[group]) {
      if (keyField.isAbsent()) {
        return false;
      }
    }
    return true;
  }

  private static String join(ParsedField[] keyFields) {
    String[] values = new String[keyFields.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = keyFields[i].keyText();
    }
    return ItemKey.join(values);
  }

  private boolean parse(byte[] bytes) {
    if (!Utf8.isValid(bytes)) {
      return malformed("the value is not UTF-8");
    }
    // Jackson would take a NUL here as a sign of another encoding; no JSON object in UTF-8 starts
    // with one.
    if (bytes.length > 1 && (bytes[0] == 0 || bytes[1] == 0)) {
      return malformed("the value is not a JSON object in UTF-8");
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return malformed("the value is not a JSON object");
      }
      places.readObject(parser);
      return parser.nextToken() == null || malformed("there is text after the JSON object");
    } catch (JsonProcessingException e) {
      return malformed(ParserMessage.cleaned(e.getOriginalMessage()));
    } catch (CharConversionException e) {
      return malformed(e.getMessage());
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory failed", e);
    }
  }

  private boolean malformed(String what) {
    reject(Reason.MALFORMED, what);
    return false;
  }

  private Event reject(Reason newReason, String newDetail) {
    reason = newReason;
    detail = newDetail;
    return null;
  }

  @Override
  public String toString() {
    return "EventDecoder" + Arrays.toString(fields.keySet().toArray());
  }
}
