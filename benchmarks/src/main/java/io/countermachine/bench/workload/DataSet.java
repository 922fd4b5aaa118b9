package io.countermachine.bench.workload;

import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.Ratio;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.ItemValues;
import java.util.Map;
import java.util.OptionalLong;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The stored items, each a function of its key. All users, posts and creators exist. Only every
 * second pair exists, because most users never saw most posts.
 */
public final class DataSet {
  private static final long NEVER_EXPIRES_SECONDS = 4_102_444_800L;
  private static final long NEWEST_MILLIS = Workload.AS_OF_MILLIS - 5 * 60_000L;
  private static final long SPREAD_MILLIS = 10 * 60_000L;
  private static final double LARGEST = 1_000;

  private DataSet() {}

  /** Returns true if the item exists. */
  public static boolean has(ItemKey key) {
    return key.key().indexOf('|') < 0 || hash(key, 0) % 2 == 0;
  }

  private static long hash(ItemKey key, long salt) {
    long mixed = (key.key().hashCode() * 31L + key.group().hashCode()) * 31 + salt;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return (mixed ^ (mixed >>> 31)) >>> 1;
  }

  private static long lastUpdateMillis(ItemKey key) {
    return NEWEST_MILLIS - hash(key, 1) % SPREAD_MILLIS;
  }

  /**
   * The stored value. Lifetime counters are whole numbers, all others have as many digits as in
   * production.
   */
  private static double stored(ItemKey key, Group group, int measure, int interval) {
    double value = hash(key, 100 + measure * 10L + interval) / (double) Long.MAX_VALUE * LARGEST;
    return group.schema().intervals().get(interval).isLifetime()
        ? Math.rint(value) + LARGEST
        : value;
  }

  /** The item as the job would have written it. */
  public static Map<String, AttributeValue> item(ItemKey key, Group group, ItemFormat format) {
    Counters counters = new Counters(group.schema());
    counters.restoreLastUpdate(lastUpdateMillis(key));
    boolean lifetime = false;
    for (int i = 0; i < group.schema().intervals().size(); i++) {
      Interval interval = group.schema().intervals().get(i);
      lifetime |= interval.isLifetime();
      for (int measure = 0; measure < group.schema().measures().size(); measure++) {
        if (group.schema().measures().get(measure).intervals().contains(interval)) {
          counters.restore(measure, i, stored(key, group, measure, i));
        }
      }
    }
    return ItemCodec.encode(
        key.key(),
        ItemValues.of(group.itemSchema(), counters),
        lifetime ? OptionalLong.empty() : OptionalLong.of(NEVER_EXPIRES_SECONDS),
        format);
  }

  /**
   * The expected value of a feature at the benchmark's instant; NaN for null.
   *
   * @throws IllegalArgumentException if the feature is a formula other than a ratio
   */
  static double expected(ItemKey key, Feature feature) {
    Group group = feature.group();
    boolean there = has(key);
    if (feature.origin() instanceof Feature.Stored stored) {
      return there ? decayed(key, group, stored.output(), stored.interval()) : 0;
    }
    Ratio ratio =
        feature
            .ratio()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "%s is a formula; the benchmark computes only counts, sums and ratios"
                            .formatted(feature)));
    double of = there ? decayed(key, group, ratio.of(), feature.interval()) : 0;
    double per = there ? decayed(key, group, ratio.per(), feature.interval()) : 0;
    if (ratio.isSmoothed()) {
      return (of + ratio.weight() * ratio.prior()) / (per + ratio.weight());
    }
    return of / per;
  }

  private static double decayed(ItemKey key, Group group, int measure, int interval) {
    double elapsed = Workload.AS_OF_MILLIS - lastUpdateMillis(key);
    return stored(key, group, measure, interval)
        * Math.exp(-elapsed / group.schema().tauMillis(interval));
  }
}
