package io.countermachine.rules;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Rules;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.StampedLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules of the rules topic, as far as they concern a catalog's lists and keys. One thread
 * applies records while others query.
 */
public final class RuleBook {
  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

  /** The log reports this many malformed records one by one, and then every thousandth. */
  private static final int TOLD_SINGLY = 20;

  private final List<String> names;
  private final RuleList[] lists;
  private final Map<String, RuleList> forgotten = new LinkedHashMap<>();
  private final List<Forgotten> forgets = new ArrayList<>();
  private final Set<Forgotten> known = new HashSet<>();
  private final StampedLock lock = new StampedLock();
  private final AtomicLong malformed = new AtomicLong();
  private final AtomicLong others = new AtomicLong();
  private volatile int forgetChanges;

  /**
   * A value of a key field whose counters must be removed.
   *
   * @param untilMillis the first instant of events that are counted again, epoch milliseconds
   * @param publishedMillis the instant of the request, epoch milliseconds
   */
  public record Forgotten(String field, String value, long untilMillis, long publishedMillis) {}

  /**
   * Creates a book without rules.
   *
   * @param keepsReplaced whether replaced or lifted rules still apply to events whose records are
   *     older than the change
   */
  public RuleBook(Catalog catalog, boolean keepsReplaced) {
    names = List.copyOf(catalog.rules().map(Rules::lists).orElse(Map.of()).keySet());
    lists = names.stream().map(name -> new RuleList(keepsReplaced)).toArray(RuleList[]::new);
    for (Group group : catalog.groups()) {
      group.keyFields().forEach(field -> forgotten.put(field, new RuleList(false)));
    }
  }

  /**
   * Applies one record. The order of records does not matter. A malformed record is counted and
   * logged. A record of a list or key field that the catalog does not have is counted.
   *
   * @param publishedMillis the record's Kafka timestamp, epoch milliseconds
   */
  public void apply(byte[] key, byte[] value, long publishedMillis, long offset) {
    RuleRecord rule;
    try {
      rule = RuleRecord.decode(key, value, publishedMillis);
    } catch (MalformedRuleException e) {
      long count = malformed.incrementAndGet();
      if (count <= TOLD_SINGLY || count % 1000 == 0) {
        LOG.warn(
            "ignored an invalid rule at offset {}: {} ({} so far)", offset, e.getMessage(), count);
      }
      return;
    }
    boolean isOfList = rule.kind() == RuleRecord.Kind.SET || rule.kind() == RuleRecord.Kind.LIFT;
    RuleList list = isOfList ? list(rule.name()) : forgotten.get(rule.name());
    if (list == null) {
      others.incrementAndGet();
      return;
    }
    long stamp = lock.writeLock();
    try {
      switch (rule.kind()) {
        case SET, FORGET ->
            list.set(rule.value(), rule.fromMillis(), rule.untilMillis(), publishedMillis, offset);
        case LIFT, REMEMBER -> list.lift(rule.value(), publishedMillis, offset);
      }
      if (rule.kind() == RuleRecord.Kind.FORGET) {
        Forgotten forget =
            new Forgotten(rule.name(), rule.value(), rule.untilMillis(), publishedMillis);
        // A reader that starts again delivers all records a second time.
        if (known.add(forget)) {
          forgets.add(forget);
          forgetChanges = forgets.size();
        }
      }
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  private RuleList list(String name) {
    int index = names.indexOf(name);
    return index < 0 ? null : lists[index];
  }

  /** The catalog's lists, in its order. {@link #blocks} identifies a list by its index here. */
  public List<String> names() {
    return names;
  }

  /**
   * Returns true if a list blocks an event.
   *
   * @param list an index in {@link #names()}
   * @param instantMillis when the event happened, epoch milliseconds
   * @param recordMillis its record's Kafka timestamp; negative if it has none
   */
  public boolean blocks(int list, String value, long instantMillis, long recordMillis) {
    RuleList rules = lists[list];
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      boolean holds = rules.holds(value, instantMillis);
      boolean isAll = holds || !rules.hasReplaced();
      if (lock.validate(stamp) && isAll) {
        return holds;
      }
    }
    stamp = lock.readLock();
    try {
      return rules.holds(value, instantMillis, recordMillis);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /**
   * Returns true if a rule blocks a value at an instant. That is the newest rule or, in a book that
   * keeps replaced rules, one that was valid then and was replaced later.
   *
   * @param list an index in {@link #names()}
   * @param atMillis epoch milliseconds
   */
  public boolean blocksAt(int list, String value, long atMillis) {
    // For events, a replaced rule applies until the end of the notice. A caller that asks for the
    // value sees it end at once.
    return blocks(list, value, atMillis, atMillis + RuleRecord.NOTICE_MILLIS);
  }

  /**
   * Returns true if an event is older than the request to forget the value of its key.
   *
   * @param field a key field of the catalog's groups
   */
  public boolean forgets(String field, String value, long instantMillis) {
    return forgetsAny() && holds(forgotten.get(field), value, instantMillis);
  }

  /**
   * Returns true if an event is older than a request to forget any of the values of its key.
   *
   * @param fields the fields of the key
   * @param values in the order of the fields; none for a missing field
   */
  public boolean forgets(List<String> fields, List<String> values, long instantMillis) {
    for (int i = 0; i < fields.size() && i < values.size(); i++) {
      if (forgets(fields.get(i), values.get(i), instantMillis)) {
        return true;
      }
    }
    return false;
  }

  private boolean holds(RuleList rules, String value, long atMillis) {
    long stamp = lock.tryOptimisticRead();
    if (stamp != 0) {
      boolean holds = rules.holds(value, atMillis);
      if (lock.validate(stamp)) {
        return holds;
      }
    }
    stamp = lock.readLock();
    try {
      return rules.holds(value, atMillis);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** Returns true if there is a value to forget. */
  public boolean forgetsAny() {
    return forgetChanges > 0;
  }

  /** A number that changes whenever {@link #forgets()} does. */
  public int forgetChanges() {
    return forgetChanges;
  }

  /** Everything to forget, in the order of arrival. */
  public List<Forgotten> forgets() {
    long stamp = lock.readLock();
    try {
      return List.copyOf(forgets);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** The number of values of a list that have a rule. */
  public int size(String list) {
    long stamp = lock.readLock();
    try {
      return list(list).size();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** The number of records that were not valid rules. */
  public long malformed() {
    return malformed.get();
  }

  /** The number of records of lists or fields that the catalog does not have. */
  public long ofOthers() {
    return others.get();
  }
}
