package io.countermachine.local.faults;

/**
 * A call on its way to the store.
 *
 * @param operation DynamoDB's name of the operation, such as {@code BatchGetItem}
 * @param number the number of calls that the current rules have seen before
 * @param body the call's JSON
 */
public record StoreCall(String operation, long number, String body) {}
