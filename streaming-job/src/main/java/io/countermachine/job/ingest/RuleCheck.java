package io.countermachine.job.ingest;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.Rules;
import io.countermachine.rules.RuleBook;
import java.util.List;
import java.util.function.Function;

/** Finds the lists that block an event, as bits by the lists' indexes. Not thread-safe. */
final class RuleCheck {
  private final RuleBook book;
  private final ParsedField[] fields;

  /**
   * By type: the lists that block it, and these combined with the lists of events derived from it.
   */
  private final long[] own;

  private final long[] relevant;

  /**
   * Prepares the rules of a catalog.
   *
   * @param field the field of a record, by its name
   * @param made by a type's index, the indexes of the types derived from it
   */
  RuleCheck(
      Catalog catalog,
      RuleBook book,
      Function<String, ParsedField> field,
      Function<Integer, int[]> made) {
    this.book = book;
    Rules rules = catalog.rules().orElseThrow();
    fields = book.names().stream().map(rules.lists()::get).map(field).toArray(ParsedField[]::new);
    List<EventType> types = List.copyOf(catalog.events().values());
    own = types.stream().mapToLong(type -> bits(rules, type.name())).toArray();
    relevant = own.clone();
    for (int type = 0; type < own.length; type++) {
      for (int of : made.apply(type)) {
        relevant[type] |= own[of];
      }
    }
  }

  /** The lists that block an event of that name. */
  static long bits(Rules rules, String event) {
    List<String> names = List.copyOf(rules.lists().keySet());
    long bits = 0;
    for (String list : rules.unless(event)) {
      bits |= 1L << names.indexOf(list);
    }
    return bits;
  }

  /** The lists that block the record itself. */
  long own(int type) {
    return own[type];
  }

  /** The lists that block the current record, or events derived from it. */
  long blocking(int type, long timeMillis, long recordMillis) {
    long blocking = 0;
    for (long left = relevant[type]; left != 0; left &= left - 1) {
      int list = Long.numberOfTrailingZeros(left);
      String value = fields[list].keyText();
      if (value != null && book.blocks(list, value, timeMillis, recordMillis)) {
        blocking |= 1L << list;
      }
    }
    return blocking;
  }
}
