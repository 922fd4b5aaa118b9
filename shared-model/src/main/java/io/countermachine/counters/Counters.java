package io.countermachine.counters;

import io.countermachine.catalog.Group;
import java.util.Objects;

/**
 * The decaying counters of one key: for each measure that happened one value per decay interval,
 * all as of one instant.
 *
 * <p>A value v as of instant t is worth {@code v * exp(-(u - t) / tau)} at a later instant u. The
 * pair (value, instant) is forward decay with a landmark of its own per key (Cormode, Shkapenyuk,
 * Srivastava and Xu, "Forward Decay", ICDE 2009): sums may be taken in any order and merged in any
 * grouping, and nothing grows, so nothing overflows.
 *
 * <p>Instants are subtracted as whole milliseconds before the division by tau, which keeps all
 * digits. A value that leaves the range of double by addition stays at the largest finite double.
 * Not safe for use by several threads.
 */
public final class Counters {
  /** The instant of counters that nothing happened to yet. */
  public static final long NEVER = Long.MIN_VALUE;

  private final Group group;
  private final double[][] values;
  private long lastUpdateMillis = NEVER;
  private long expiresAtSeconds = Expiry.NEVER;

  /** Creates counters to which nothing happened yet. */
  public Counters(Group group) {
    this.group = Objects.requireNonNull(group, "group");
    this.values = new double[group.measures().size()][];
  }

  /** The group whose measures and intervals these are. */
  public Group group() {
    return group;
  }

  /**
   * Epoch milliseconds of the newest event, the instant of every stored value; {@link #NEVER}
   * before the first.
   */
  public long lastUpdateMillis() {
    return lastUpdateMillis;
  }

  /**
   * Epoch seconds from which the counters are gone, as they were written to the table last; {@link
   * Expiry#NEVER} where they do not expire, or were not written yet. Events do not change it.
   */
  public long expiresAtSeconds() {
    return expiresAtSeconds;
  }

  /** Sets when the counters are gone: epoch seconds, or {@link Expiry#NEVER}. */
  public void expireAt(long seconds) {
    expiresAtSeconds = seconds;
  }

  /** Whether the measure ever happened. */
  public boolean happened(int measure) {
    return values[measure] != null;
  }

  /** The value as of {@link #lastUpdateMillis()}; 0 where the measure never happened. */
  public double stored(int measure, int interval) {
    double[] row = values[measure];
    return row == null ? 0 : row[interval];
  }

  /**
   * The value at an instant; an instant before the last update gives the value as of the last
   * update, never grown.
   */
  public double valueAt(int measure, int interval, long asOfMillis) {
    double stored = stored(measure, interval);
    return stored == 0 ? 0 : stored * factorAt(interval, asOfMillis);
  }

  /**
   * What a stored value of the interval is multiplied by at an instant, in [0, 1]; 1 before the
   * last update.
   */
  public double factorAt(int interval, long asOfMillis) {
    return factor(asOfMillis - lastUpdateMillis, group.tauMillis(interval));
  }

  /** The decay factor {@code exp(-elapsed / tau)}; 1 where nothing elapsed. */
  public static double factor(long elapsedMillis, double tauMillis) {
    return elapsedMillis <= 0 ? 1 : Math.exp(-elapsedMillis / tauMillis);
  }

  /**
   * Adds an amount that happened at an instant, which may lie before the last update.
   *
   * @param measure index in {@link Group#measures()}
   * @param eventTimeMillis epoch milliseconds, 0 or more
   */
  public void add(int measure, double amount, long eventTimeMillis) {
    advanceTo(eventTimeMillis);
    double[] row = row(measure);
    long late = lastUpdateMillis - eventTimeMillis;
    for (int i = 0; i < row.length; i++) {
      row[i] = finite(row[i] + amount * factor(late, group.tauMillis(i)));
    }
  }

  /**
   * Adds all of another's counters, as if their events had been added here. Measures are matched by
   * name and kind and intervals by label where the other is of an older or newer form of the group,
   * and dropped where this form has none.
   */
  public void merge(Counters other) {
    if (other.lastUpdateMillis == NEVER) {
      return;
    }
    advanceTo(other.lastUpdateMillis);
    boolean sameForm = other.group == group;
    long late = lastUpdateMillis - other.lastUpdateMillis;
    for (int interval = 0; interval < group.intervals().size(); interval++) {
      int theirInterval =
          sameForm ? interval : other.group.intervalIndex(group.intervals().get(interval).label());
      if (theirInterval < 0) {
        continue;
      }
      double factor = factor(late, group.tauMillis(interval));
      for (int measure = 0; measure < values.length; measure++) {
        int theirMeasure =
            sameForm ? measure : other.group.measures().indexOf(group.measures().get(measure));
        if (theirMeasure >= 0 && other.values[theirMeasure] != null) {
          double[] row = row(measure);
          row[interval] =
              finite(row[interval] + other.values[theirMeasure][theirInterval] * factor);
        }
      }
    }
  }

  /** Sets one stored value; for codecs, which restore counters as they were. */
  public void restore(int measure, int interval, double value) {
    row(measure)[interval] = value;
  }

  /** Sets the instant of all stored values; for codecs, which restore counters as they were. */
  public void restoreLastUpdate(long instantMillis) {
    lastUpdateMillis = instantMillis;
  }

  /** A copy that shares nothing with this one but the group. */
  public Counters copy() {
    Counters copy = new Counters(group);
    copy.lastUpdateMillis = lastUpdateMillis;
    copy.expiresAtSeconds = expiresAtSeconds;
    for (int measure = 0; measure < values.length; measure++) {
      if (values[measure] != null) {
        copy.values[measure] = values[measure].clone();
      }
    }
    return copy;
  }

  /** These counters in another form of their group: what both have is kept, what is new is 0. */
  public Counters as(Group form) {
    if (form == group) {
      return this;
    }
    Counters converted = new Counters(form);
    converted.merge(this);
    converted.expiresAtSeconds = expiresAtSeconds;
    return converted;
  }

  /**
   * Moves the instant forward, decaying every value there is; an earlier instant changes nothing.
   */
  private void advanceTo(long instantMillis) {
    if (instantMillis <= lastUpdateMillis) {
      return;
    }
    if (lastUpdateMillis != NEVER) {
      long elapsed = instantMillis - lastUpdateMillis;
      for (int interval = 0; interval < group.intervals().size(); interval++) {
        double factor = factor(elapsed, group.tauMillis(interval));
        for (double[] row : values) {
          if (row != null) {
            row[interval] *= factor;
          }
        }
      }
    }
    lastUpdateMillis = instantMillis;
  }

  private double[] row(int measure) {
    double[] row = values[measure];
    if (row == null) {
      row = new double[group.intervals().size()];
      values[measure] = row;
    }
    return row;
  }

  private static double finite(double value) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, value));
  }
}
