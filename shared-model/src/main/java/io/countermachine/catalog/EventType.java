package io.countermachine.catalog;

import java.util.Optional;

/**
 * A kind of event that may arrive.
 *
 * @param name the value of the event's {@code eventName}
 * @param valueField the numeric field that sums add up, where the event has one
 */
public record EventType(String name, Optional<String> valueField) {}
