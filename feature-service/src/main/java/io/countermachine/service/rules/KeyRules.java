package io.countermachine.service.rules;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Rules;
import io.countermachine.item.ItemKey;
import io.countermachine.rules.RuleBook;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Decides which keys are blocked: those with a value on a list of the value's field. */
public final class KeyRules {
  /** Nothing is blocked. */
  public static final KeyRules NONE = new KeyRules();

  /** By group and part of its keys, the lists of that field as indexes in the book. */
  private final Map<String, int[][]> listsByGroup = new HashMap<>();

  private final RuleBook book;

  private KeyRules() {
    book = null;
  }

  /**
   * Creates the rules of a catalog that has some.
   *
   * @param book the rules that the topic contains
   */
  public KeyRules(Catalog catalog, RuleBook book) {
    this.book = book;
    Rules rules = catalog.rules().orElseThrow();
    for (Group group : catalog.groups()) {
      if (group.keyFields().stream().anyMatch(rules.lists()::containsValue)) {
        int[][] lists =
            group.keyFields().stream().map(field -> listsOf(field, rules)).toArray(int[][]::new);
        listsByGroup.put(group.name(), lists);
      }
    }
  }

  private int[] listsOf(String field, Rules rules) {
    return rules.lists().entrySet().stream()
        .filter(list -> list.getValue().equals(field))
        .mapToInt(list -> book.names().indexOf(list.getKey()))
        .toArray();
  }

  /** Returns true if a rule blocks the key at an instant, epoch milliseconds. */
  public boolean block(ItemKey key, long atMillis) {
    int[][] lists = listsByGroup.get(key.group());
    if (lists == null) {
      return false;
    }
    List<String> values = ItemKey.split(key.key());
    for (int part = 0; part < lists.length && part < values.size(); part++) {
      for (int list : lists[part]) {
        if (book.blocksAt(list, values.get(part), atMillis)) {
          return true;
        }
      }
    }
    return false;
  }
}
