package io.countermachine.bench.jobs;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.counters.Counters;
import io.countermachine.job.counting.Contribution;
import io.countermachine.job.ingest.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Counters of all keys in one map per group. Any thread adds; each key is written by one thread, so
 * that the newest write of a key is the last.
 */
final class SharedCounters {
  private static final class Entry {
    private final String key;
    private final Counters counters;
    private boolean changed;

    private Entry(String key, Counters counters) {
      this.key = key;
      this.counters = counters;
    }
  }

  private final List<Group> groups;
  private final Contribution[][] contributions;
  private final List<Map<String, Entry>> entries = new ArrayList<>();
  private final List<Queue<Entry>> changed = new ArrayList<>();

  SharedCounters(Catalog catalog, int writers) {
    groups = catalog.groups();
    groups.forEach(group -> entries.add(new ConcurrentHashMap<>()));
    for (int i = 0; i < writers; i++) {
      changed.add(new ConcurrentLinkedQueue<>());
    }
    contributions = Contribution.byType(catalog);
  }

  void add(Event event) {
    for (Contribution contribution : contributions[event.type()]) {
      String key = event.keys()[contribution.group()];
      if (key != null) {
        add(contribution, key, event);
      }
      if (event.moreKeys() != null && event.moreKeys()[contribution.group()] != null) {
        for (String further : event.moreKeys()[contribution.group()]) {
          add(contribution, further, event);
        }
      }
    }
  }

  private void add(Contribution contribution, String key, Event event) {
    Map<String, Entry> ofGroup = entries.get(contribution.group());
    Entry entry = ofGroup.get(key);
    if (entry == null) {
      entry =
          ofGroup.computeIfAbsent(
              key, absent -> new Entry(absent, new Counters(groups.get(contribution.group()))));
    }
    boolean first;
    synchronized (entry) {
      entry.counters.add(
          contribution.measure(), contribution.kind().increment(event.value()), event.timeMillis());
      first = !entry.changed;
      entry.changed = true;
    }
    if (first) {
      changed.get(Math.floorMod(key.hashCode(), changed.size())).add(entry);
    }
  }

  /** Writes what changed of one thread's keys, and waits until it is written. */
  void flush(int own, BatchWriter writer) {
    Queue<Entry> queue = changed.get(own);
    // What is added meanwhile waits for the next flush, where a key may come again.
    int due = queue.size();
    List<Entry> taken = new ArrayList<>();
    for (int i = 0; i < due; i++) {
      taken.add(queue.remove());
      if (taken.size() == BatchWriter.MOST_IN_FLUSH) {
        write(taken, writer);
      }
    }
    write(taken, writer);
  }

  private static void write(List<Entry> taken, BatchWriter writer) {
    for (Entry entry : taken) {
      byte[] item;
      synchronized (entry) {
        entry.changed = false;
        item = writer.encode(entry.key, entry.counters);
      }
      writer.put(item);
    }
    writer.finish();
    taken.clear();
  }
}
