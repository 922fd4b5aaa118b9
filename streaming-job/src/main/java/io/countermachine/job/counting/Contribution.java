package io.countermachine.job.counting;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.EntryFields;
import io.countermachine.catalog.EventLabel;
import io.countermachine.catalog.EventOperands;
import io.countermachine.catalog.EventType;
import io.countermachine.catalog.EventType.Trait;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.job.ingest.Event;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Interval;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import io.countermachine.measure.Occurrence;
import io.countermachine.measure.Schema;
import java.util.ArrayList;
import java.util.List;

/** What an event of one type adds to one measure of a group. */
public final class Contribution {
  private final String eventName;
  private final int group;
  private final int measure;
  private final MeasureKind kind;

  /** Null for kinds without labels. */
  private final EventLabel label;

  private final EntryFields fields;

  /** True if only the event's weight and value are needed. */
  private final boolean bare;

  private final boolean simple;
  private final boolean plain;
  private final boolean extendsSessions;

  private Contribution(EventType type, int group, Schema schema, Feed feed) {
    Measure fed = schema.measures().get(feed.measure());
    this.eventName = type.name();
    this.group = group;
    this.measure = feed.measure();
    this.kind = fed.kind();
    this.label = feed.label().orElse(null);
    this.fields = feed.fields();
    this.bare = label == null && fields.size() == 0;
    this.plain = schema.isPlain(measure);
    this.simple = kind.isAmount() && !schema.hasSessions() && !kind.isCorrected();
    // Measures with sessions extend them themselves. Without such a measure, another one must do it
    // for the key.
    this.extendsSessions =
        schema.hasSessions()
            && !type.traits().contains(Trait.OF_VERB)
            && fed.intervals().stream()
                .noneMatch(interval -> interval.kind() == Interval.Kind.SESSION);
  }

  /**
   * The contributions by type, in the order of the catalog's events: one for each measure that the
   * type feeds, with those of a group next to each other.
   */
  public static Contribution[][] byType(Catalog catalog) {
    return catalog.events().values().stream()
        .map(type -> of(type, catalog.groups()))
        .toArray(Contribution[][]::new);
  }

  private static Contribution[] of(EventType type, List<Group> groups) {
    List<Contribution> found = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      for (Feed feed : groups.get(i).feeds(type.name())) {
        found.add(new Contribution(type, i, groups.get(i).schema(), feed));
      }
    }
    return found.toArray(Contribution[]::new);
  }

  /** The group's index in the catalog. */
  public int group() {
    return group;
  }

  /** The measure's index in the group's schema. */
  public int measure() {
    return measure;
  }

  /**
   * Prepares the contribution of an event.
   *
   * @param weight the weight of the event, which may be a derived one; negative for a retraction
   * @param operands the operands of the event's type
   * @param occurrence receives the result
   * @return true if the measure counts the event
   */
  public boolean prepare(
      Event event, double weight, EventOperands operands, Occurrence occurrence) {
    occurrence.at(event.timeMillis()).weight(weight).value(event.value());
    if (event.takenBack()) {
      occurrence.takeBack();
    }
    if (bare) {
      return simple || kind.accepts(occurrence);
    }
    operands.event(event.fields(), event.timeMillis(), eventName);
    if (label != null) {
      occurrence.label(label.of(operands));
    }
    if (fields.size() > 0) {
      fields.read(operands, occurrence.fieldsToFill(fields.size()));
    }
    return kind.accepts(occurrence);
  }

  /** Returns true if it changes only plain numbers, however many events come. */
  public boolean isPlain() {
    return plain;
  }

  /** Adds the prepared contribution. */
  public void addTo(Counters counters, Occurrence occurrence) {
    if (simple) {
      counters.add(measure, kind.amount(occurrence), occurrence.instantMillis());
      return;
    }
    counters.add(measure, occurrence);
    if (extendsSessions) {
      counters.extendSessions(occurrence.instantMillis());
    }
  }
}
