package io.countermachine.bench.jobs;

import java.util.Map;

/** Decayed counts of one event's name and key by interval, as of an instant; a POJO for Flink. */
public final class FeatureRow {
  public String key;
  public String featureName;
  public long lastUpdate;
  public Map<String, Double> counts;
}
