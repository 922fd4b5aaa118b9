package io.countermachine.service.evaluate;

import io.countermachine.measure.TimedEntry;
import java.util.List;

/**
 * The entries of a list at an instant.
 *
 * @param fields the names of the fields of each entry, in order
 * @param entries the entries, newest first
 */
public record ListEntries(List<String> fields, List<TimedEntry> entries) {}
