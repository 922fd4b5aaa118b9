package io.countermachine.catalog;

import java.time.Duration;

/**
 * Which repeated events are not counted.
 *
 * @param field the event field that holds the event's id
 * @param within the maximum difference between the Kafka timestamps of two records with the same id
 *     at which the second one is a copy
 */
public record Deduplication(String field, Duration within) {}
