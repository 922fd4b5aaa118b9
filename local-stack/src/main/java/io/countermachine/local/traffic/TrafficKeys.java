package io.countermachine.local.traffic;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Rules;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of generated traffic, for any catalog. The first key field is the actor, which is a user
 * in most catalogs. The second is the subject, such as a post. All others belong to the subject,
 * such as its creator or category. A catalog with one key field has only the subject.
 */
public final class TrafficKeys {
  /** The rank of the bot. */
  static final int BOT = -1;

  private static final String BOT_NAME = "bot";
  private static final int CREATORS = 400;
  private static final int CATEGORIES = 20;

  private final List<String> fields;
  private final Group first;

  public TrafficKeys(Catalog catalog) {
    Set<String> distinct = new LinkedHashSet<>();
    for (Group group : catalog.groups()) {
      distinct.addAll(group.keyFields());
    }
    fields = List.copyOf(distinct);
    first =
        catalog.groups().stream()
            .filter(group -> !group.keyFields().isEmpty())
            .findFirst()
            .orElse(catalog.groups().get(0));
  }

  /** The fields, in the catalog's order. */
  List<String> fields() {
    return fields;
  }

  /** The list of the catalog's rules that can contain a bot; empty if there is none. */
  Optional<String> botList(Catalog catalog) {
    return fields.size() < 2
        ? Optional.empty()
        : catalog.rules().map(Rules::lists).orElse(Map.of()).entrySet().stream()
            .filter(list -> list.getValue().equals(fields.get(0)))
            .map(Map.Entry::getKey)
            .findFirst();
  }

  private int subject() {
    return Math.min(1, fields.size() - 1);
  }

  /**
   * The value of a field.
   *
   * @param actor the rank of the actor, from 0; or {@link #BOT}
   * @param subject the rank of the subject, from 0
   */
  public String key(String field, int actor, int subject) {
    int index = fields.indexOf(field);
    if (index == subject()) {
      return keyOf(field, subject);
    }
    if (index == 0 && actor == BOT) {
      return BOT_NAME;
    }
    return index == 0
        ? keyOf(field, actor)
        : keyOf(field, subject % (index == 2 ? CREATORS : CATEGORIES));
  }

  /** The key of the most frequent values, in the first group that has key fields. */
  public ExampleKey popular() {
    List<String> values = first.keyFields().stream().map(field -> key(field, 0, 0)).toList();
    return new ExampleKey(first, values);
  }

  /** The key of a rank. For example, the first key of {@code postId} is {@code p1}. */
  static String keyOf(String field, int rank) {
    return field.substring(0, 1).toLowerCase(Locale.ROOT) + (rank + 1);
  }
}
