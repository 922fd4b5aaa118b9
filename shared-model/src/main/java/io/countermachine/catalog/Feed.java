package io.countermachine.catalog;

import java.util.Optional;

/**
 * What one type of event contributes to one measure of a group: its weight, its value, its fields,
 * and the label if the measure counts by labels. The measure's kind uses those that it needs. A
 * measure of several events has a feed for each.
 *
 * @param event the name of the event, which may be a derived one
 * @param measure index in the measures of the group's schema
 * @param label the label under which an event is counted; present for kinds that count by label
 * @param fields the fields of an event's entry; {@link EntryFields#NONE} for kinds without entries
 */
public record Feed(String event, int measure, Optional<EventLabel> label, EntryFields fields) {}
