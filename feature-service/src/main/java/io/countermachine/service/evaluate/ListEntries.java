package io.countermachine.service.evaluate;

import io.countermachine.measure.TimedEntry;
import java.util.List;

/**
 * What a list shows at an instant.
 *
 * @param fields the names of the fields of each entry, in order
 * @param entries the newest first
 */
public record ListEntries(List<String> fields, List<TimedEntry> entries) {}
