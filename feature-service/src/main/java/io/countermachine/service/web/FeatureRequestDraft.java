package io.countermachine.service.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** What was read of a request, in whatever form it came, before it is checked as a whole. */
final class FeatureRequestDraft {
  /** How many ignored fields are kept for warnings, and how long their names are at most. */
  private static final int MOST_IGNORED = 32;

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
   * Notes a field that has no meaning.
   *
   * @param place who gave it, such as {@code candidates[0]}
   */
  void ignore(String name, String place) {
    if (ignored.size() < MOST_IGNORED
        && !ignored.containsKey(name)
        && name.length() <= LONGEST_IGNORED) {
      ignored.put(name, place + "." + name);
    }
  }
}
