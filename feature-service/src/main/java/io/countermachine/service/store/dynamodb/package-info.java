/**
 * Calls to DynamoDB, with requests written and responses read at the byte level, limited and
 * metered.
 */
package io.countermachine.service.store.dynamodb;
