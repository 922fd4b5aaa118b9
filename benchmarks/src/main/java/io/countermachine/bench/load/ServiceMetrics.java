package io.countermachine.bench.load;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The metrics of a service so far.
 *
 * @param keysBySource the number of needed keys, by source; empty if it does not report them
 * @param allocatedBytes memory allocated by its threads; NaN if it does not report it. Two meters
 *     add up to it: what the collector has seen, and what was allocated since its last collection.
 */
record ServiceMetrics(Map<String, Double> keysBySource, double allocatedBytes) {
  private static final Pattern KEYS_BY_SOURCE =
      Pattern.compile("(?m)^countermachine_keys_total\\{[^}]*source=\"(\\w+)\"[^}]*} (\\S+)$");
  private static final Pattern ALLOCATED =
      Pattern.compile("(?m)^jvm_gc_memory_allocated_bytes_total(?:\\{[^}]*})? (\\S+)$");
  private static final Pattern EDEN =
      Pattern.compile(
          "(?m)^jvm_memory_used_bytes\\{[^}]*id=\"[^\"]*(?:Eden Space|ZGC Young Generation)\"[^}]*} (\\S+)$");

  /** Parses the text that Prometheus scrapes; an empty text for a service without metrics. */
  static ServiceMetrics parse(String text) {
    Map<String, Double> keys = new TreeMap<>();
    Matcher lines = KEYS_BY_SOURCE.matcher(text);
    while (lines.find()) {
      keys.merge(lines.group(1), Double.parseDouble(lines.group(2)), Double::sum);
    }
    return new ServiceMetrics(keys, first(ALLOCATED, text) + first(EDEN, text));
  }

  private static double first(Pattern pattern, String text) {
    Matcher line = pattern.matcher(text);
    return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
  }

  /** The number of keys that were needed since an earlier state. */
  Map<String, Double> keysSince(ServiceMetrics before) {
    Map<String, Double> keys = new TreeMap<>(keysBySource);
    keys.replaceAll((source, count) -> count - before.keysBySource().getOrDefault(source, 0.0));
    return keys;
  }
}
