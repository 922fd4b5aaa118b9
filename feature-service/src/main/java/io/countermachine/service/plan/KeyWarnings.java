package io.countermachine.service.plan;

import io.countermachine.catalog.FieldPlace;
import io.countermachine.catalog.Suggestions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Warnings about fields that were probably mistyped: no group of the call uses them, and some group
 * of the call got no key from any candidate.
 */
final class KeyWarnings {
  private static final int MOST = 8;

  private final FeatureRequest request;
  private final RequestKeys keys;
  private final CandidateFields fields;

  private KeyWarnings(RequestKeys keys) {
    this.request = keys.request();
    this.keys = keys;
    this.fields = request.plan().candidateFields();
  }

  /** The warnings, first those with a suggestion; none if every group got a key. */
  static List<String> of(RequestKeys keys) {
    return keys.everyGroupHasOne() ? List.of() : new KeyWarnings(keys).warnings();
  }

  private List<String> warnings() {
    List<String> groups = new ArrayList<>();
    Set<String> lacking = new LinkedHashSet<>();
    Set<String> used = new LinkedHashSet<>(request.plan().formulaFields());
    List<GroupPlan> plans = request.plan().groups();
    for (int group = 0; group < plans.size(); group++) {
      List<String> ofKey = plans.get(group).group().keyFields();
      used.addAll(ofKey);
      if (!keys.hasKey(group)) {
        groups.add(plans.get(group).group().name());
        lacking.addAll(ofKey);
      }
    }
    // A field that at least one candidate has is not the missing one, unless no candidate has all
    // of them.
    Set<String> absent = new LinkedHashSet<>(lacking);
    absent.removeIf(field -> where(fields.index(field)) != null);
    Set<String> expected = absent.isEmpty() ? lacking : absent;
    List<String> suggesting = new ArrayList<>();
    List<String> others = new ArrayList<>();
    unused(used)
        .forEach(
            (field, place) -> {
              Optional<String> meant = meant(field, expected);
              (meant.isPresent() ? suggesting : others)
                  .add(text(field, place, groups, expected, meant));
            });
    suggesting.addAll(others);
    return suggesting.size() > MOST ? suggesting.subList(0, MOST) : suggesting;
  }

  /** The name that a field was probably meant to have. It may be the place in event records. */
  private Optional<String> meant(String field, Set<String> expected) {
    return expected.stream()
        .filter(name -> fields.place(name).toString().equals(field))
        .findFirst()
        .or(() -> Suggestions.nearest(field, expected))
        .or(() -> onlyOne(expected.stream().filter(name -> isLast(field, name)).toList()));
  }

  private boolean isLast(String field, String name) {
    List<String> path = fields.place(name).path();
    return path.get(path.size() - 1).equals(field);
  }

  private static Optional<String> onlyOne(List<String> names) {
    return names.size() == 1 ? Optional.of(names.get(0)) : Optional.empty();
  }

  /** Adds the field's place in event records, if the call used that instead of the name. */
  private String question(String field, String name) {
    FieldPlace place = fields.place(name);
    boolean isOfRecords =
        !place.equals(FieldPlace.named(name))
            && (place.toString().equals(field) || isLast(field, name));
    return "; did you mean %s%s?"
        .formatted(name, isOfRecords ? ", which records have at " + place : "");
  }

  private String text(
      String field,
      String place,
      List<String> groups,
      Set<String> expected,
      Optional<String> meant) {
    return "%s is used by no group of this call, and %s %s got no key, which needs %s%s"
        .formatted(
            place,
            groups.size() == 1 ? "group" : "groups",
            String.join(", ", groups),
            String.join(", ", expected),
            meant.map(name -> question(field, name)).orElse(""));
  }

  /** The fields that no group of the call uses, and where each was first seen. */
  private Map<String, String> unused(Set<String> used) {
    Map<String, String> unused = new LinkedHashMap<>(request.ignored());
    for (int field = 0; field < fields.size(); field++) {
      String name = fields.name(field);
      String place = used.contains(name) ? null : where(field);
      if (place != null) {
        unused.put(name, place + "." + name);
      }
    }
    return unused;
  }

  /** Where a key field was first seen; null if nowhere. */
  private String where(int field) {
    String[][] contexts = request.contexts();
    for (int context = 0; context < contexts.length; context++) {
      if (contexts[context][field] != null) {
        return request.contextName(context);
      }
    }
    String[][] candidates = request.candidates();
    for (int candidate = 0; candidate < candidates.length; candidate++) {
      if (candidates[candidate][field] != null) {
        return "candidates[" + candidate + "]";
      }
    }
    return null;
  }
}
