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
 * What the records of the rules topic say, as far as a catalog's lists and keys go. One thread
 * applies records while others ask.
 */
public final class RuleBook {
  private static final Logger LOG = LoggerFactory.getLogger(RuleBook.class);

  /** Of so many malformed records the log tells one by one; of later ones each thousandth. */
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
   * A value of a key field whose counters are to be removed.
   *
   * @param untilMillis the first instant of events that are counted again, epoch milliseconds
   * @param publishedMillis when that was asked for, epoch milliseconds
   */
  public record Forgotten(String field, String value, long untilMillis, long publishedMillis) {}

  /**
   * Creates a book without rules.
   *
   * @param keepsReplaced whether rules hold on that were replaced or lifted, for events whose
   *     records are older than that
   */
  public RuleBook(Catalog catalog, boolean keepsReplaced) {
    names = List.copyOf(catalog.rules().map(Rules::lists).orElse(Map.of()).keySet());
    lists = names.stream().map(name -> new RuleList(keepsReplaced)).toArray(RuleList[]::new);
    for (Group group : catalog.groups()) {
      group.keyFields().forEach(field -> forgotten.put(field, new RuleList(false)));
    }
  }

  /**
   * Takes up one record, whatever the order of them. What is malformed is counted and logged; what
   * is of a list or key field that the catalog does not have is counted.
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
        // A reader that begins again gives all once more.
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

  /** The catalog's lists, in its order, by which {@link #blocks} counts them. */
  public List<String> names() {
    return names;
  }

  /**
   * Whether a list blocks an event.
   *
   * @param list an index in {@link #names()}
   * @param instantMillis when the event happened, epoch milliseconds
   * @param recordMillis its record's Kafka timestamp; negative where it has none
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
   * Whether a rule of a value blocks it at an instant: the newest, or in a book that keeps what was
   * replaced one that stood then and was replaced later.
   *
   * @param list an index in {@link #names()}
   * @param atMillis epoch milliseconds
   */
  public boolean blocksAt(int list, String value, long atMillis) {
    // For events a rule of before holds on for the notice; who asks for the value sees it end.
    return blocks(list, value, atMillis, atMillis + RuleRecord.NOTICE_MILLIS);
  }

  /**
   * Whether an event is older than the wish to forget the value of its key.
   *
   * @param field a key field of the catalog's groups
   */
  public boolean forgets(String field, String value, long instantMillis) {
    return forgetsAny() && holds(forgotten.get(field), value, instantMillis);
  }

  /**
   * Whether an event is older than the wish to forget any of the values of its key.
   *
   * @param fields the key's
   * @param values in the order of the fields; none for a field that is not there
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

  /** Whether any value of a key field is to be forgotten. */
  public boolean forgetsAny() {
    return forgetChanges > 0;
  }

  /** Changes whenever {@link #forgets()} does. */
  public int forgetChanges() {
    return forgetChanges;
  }

  /** All that is to be forgotten, in the order of its coming. */
  public List<Forgotten> forgets() {
    long stamp = lock.readLock();
    try {
      return List.copyOf(forgets);
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** How many values of a list have a rule. */
  public int size(String list) {
    long stamp = lock.readLock();
    try {
      return list(list).size();
    } finally {
      lock.unlockRead(stamp);
    }
  }

  /** How many records were no rule. */
  public long malformed() {
    return malformed.get();
  }

  /** How many records were of lists or fields that the catalog does not have. */
  public long ofOthers() {
    return others.get();
  }
}
