package io.countermachine.catalog;

import java.time.Duration;

/**
 * Which repeated events are not counted.
 *
 * @param field the event field that holds the event's id
 * @param within how long, by the job's clock, an id is remembered
 */
public record Deduplication(String field, Duration within) {}
