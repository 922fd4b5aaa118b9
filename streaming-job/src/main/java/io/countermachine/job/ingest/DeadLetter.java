package io.countermachine.job.ingest;

/**
 * A record that could not be counted.
 *
 * @param record the record, unchanged
 * @param reason which rule it broke
 * @param detail what was found, for people
 */
public record DeadLetter(SourceRecord record, Reason reason, String detail) {
  /** Why a record could not be counted, in the order in which the rules are applied. */
  public enum Reason {
    EMPTY("empty"),
    MALFORMED("malformed"),
    BAD_EVENT_NAME("bad_event_name"),
    BAD_TIMESTAMP("bad_timestamp"),
    FUTURE_TIMESTAMP("future_timestamp"),
    PAST_TIMESTAMP("past_timestamp"),
    BAD_VALUE("bad_value"),
    BAD_KEY("bad_key"),
    NO_GROUP("no_group");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** The reason as the dead letter's header names it. */
    public String label() {
      return label;
    }
  }
}
