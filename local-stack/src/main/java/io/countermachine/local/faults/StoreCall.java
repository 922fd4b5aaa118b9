package io.countermachine.local.faults;

/**
 * A call on its way to the store.
 *
 * @param operation DynamoDB's name for it, such as {@code BatchGetItem}
 * @param number counts the calls that the rules in force have seen, from 0
 * @param body its JSON
 */
public record StoreCall(String operation, long number, String body) {}
