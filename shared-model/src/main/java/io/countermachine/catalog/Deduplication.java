package io.countermachine.catalog;

import java.time.Duration;

/**
 * Which repeated events are not counted.
 *
 * @param field the event field that holds the event's id
 * @param within how far apart the Kafka timestamps of two records with one id are at most, for the
 *     second to be a repetition
 */
public record Deduplication(String field, Duration within) {}
