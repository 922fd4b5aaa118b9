package io.countermachine.deadletters;

import java.util.Arrays;
import java.util.List;

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

  /** The reason in the dead letter's header. */
  public String label() {
    return label;
  }

  /** All reasons, as in the headers. */
  public static List<String> labels() {
    return Arrays.stream(values()).map(Reason::label).toList();
  }
}
