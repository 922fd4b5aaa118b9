package io.countermachine.job.ingest;

import io.countermachine.deadletters.Reason;

/**
 * A record that could not be counted.
 *
 * @param record the record, unchanged
 * @param reason which rule it broke
 * @param detail what was found, for people
 */
public record DeadLetter(SourceRecord record, Reason reason, String detail) {}
