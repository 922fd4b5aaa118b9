package io.countermachine.bench.jobs;

/** An event for one group, or the sum of several; a POJO for Flink. */
public final class KeyedEngagement {
  public String group;
  public String eventName;
  public String key;
  public double amount;
}
