/** DynamoDB's calls: requests written and answers read byte by byte, limited and metered. */
package io.countermachine.service.store.dynamodb;
