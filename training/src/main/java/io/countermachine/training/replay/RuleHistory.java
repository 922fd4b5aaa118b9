package io.countermachine.training.replay;

import io.countermachine.job.config.CatalogSource;
import io.countermachine.job.rules.OpenRuleBook;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.rules.RuleBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The records that were in the rules topic, which are sent with the graph. The tasks of a process
 * share one book of them.
 */
public final class RuleHistory implements RuleBooks {
  private static final long serialVersionUID = 1L;
  private static final Map<String, RuleBook> BOOKS = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final CatalogSource catalog;
  private final ArrayList<Entry> entries;

  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Entry(byte[] key, byte[] value, long publishedMillis, long offset)
      implements java.io.Serializable {}

  private RuleHistory(CatalogSource catalog, List<Entry> entries) {
    this.catalog = catalog;
    this.entries = new ArrayList<>(entries);
  }

  /** Collects records. */
  public static final class Builder {
    private final List<Entry> entries = new ArrayList<>();

    /**
     * Adds a record.
     *
     * @param value null to lift the rule of the key
     * @param publishedMillis its Kafka timestamp, epoch milliseconds
     */
    public void add(byte[] key, byte[] value, long publishedMillis, long offset) {
      entries.add(new Entry(key, value, publishedMillis, offset));
    }

    /** The history of all added records. */
    public RuleHistory build(CatalogSource catalog) {
      return new RuleHistory(catalog, entries);
    }
  }

  /** The book. All operators of a process share the object. */
  RuleBook book() {
    return BOOKS.computeIfAbsent(id, absent -> read());
  }

  private RuleBook read() {
    RuleBook book = new RuleBook(catalog.catalog(), true);
    for (Entry entry : entries) {
      book.apply(entry.key(), entry.value(), entry.publishedMillis(), entry.offset());
    }
    return book;
  }

  @Override
  public OpenRuleBook open() {
    return new Opened(book());
  }

  /** Closing does nothing, because the records exist as long as the process. */
  private record Opened(RuleBook rules) implements OpenRuleBook {
    @Override
    public boolean isReading() {
      return true;
    }

    @Override
    public void close() {}
  }
}
