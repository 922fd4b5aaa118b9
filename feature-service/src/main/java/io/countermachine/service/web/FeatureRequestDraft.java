package io.countermachine.service.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** A request after parsing, in any format, before it is validated as a whole. */
final class FeatureRequestDraft {
  /** The maximum number of ignored fields that are kept for warnings. */
  private static final int MOST_IGNORED = 32;

  /** Longer names, in characters, are not kept. */
  private static final int LONGEST_IGNORED = 100;

  String set;
  String setHash;
  List<String> features;
  String[] context;
  List<String[]> contexts;
  List<String[]> candidates;
  final Map<String, String> ignored = new LinkedHashMap<>();
  OptionalLong asOfMillis = OptionalLong.empty();
  boolean includeStatuses;
  boolean includeCopyAge;

  /**
   * Records a field that the catalog does not use.
   *
   * @param place the object that has it, such as {@code candidates[0]}
   */
  void ignore(String name, String place) {
    if (ignored.size() < MOST_IGNORED
        && !ignored.containsKey(name)
        && name.length() <= LONGEST_IGNORED) {
      ignored.put(name, place + "." + name);
    }
  }
}
