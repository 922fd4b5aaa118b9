package io.countermachine.item;

import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * The table that holds the counters: its schema, its creation and the check that an existing one
 * has that schema.
 */
public final class CounterTable {
  public static final String DEFAULT_NAME = "Counters";

  private static final List<KeySchemaElement> SCHEMA =
      List.of(
          KeySchemaElement.builder().attributeName(ItemCodec.KEY).keyType(KeyType.HASH).build(),
          KeySchemaElement.builder()
              .attributeName(ItemCodec.FEATURE_NAME)
              .keyType(KeyType.RANGE)
              .build());
  private static final List<AttributeDefinition> ATTRIBUTES =
      List.of(
          AttributeDefinition.builder()
              .attributeName(ItemCodec.KEY)
              .attributeType(ScalarAttributeType.S)
              .build(),
          AttributeDefinition.builder()
              .attributeName(ItemCodec.FEATURE_NAME)
              .attributeType(ScalarAttributeType.S)
              .build());

  private final DynamoDbClient client;
  private final String name;

  public CounterTable(DynamoDbClient client, String name) {
    this.client = client;
    this.name = name;
  }

  /**
   * Creates the table, billed on demand, and its TTL where they are missing, and waits until it can
   * be used.
   */
  public void createIfMissing() {
    try {
      client.createTable(
          request ->
              request
                  .tableName(name)
                  .keySchema(SCHEMA)
                  .attributeDefinitions(ATTRIBUTES)
                  .billingMode(BillingMode.PAY_PER_REQUEST));
    } catch (ResourceInUseException exists) {
      // Another start created it, now or long ago; the check below says whether it is the right
      // one.
    }
    client.waiter().waitUntilTableExists(request -> request.tableName(name)).matched();
    check();
    enableTimeToLive();
  }

  /**
   * Checks that the table exists and has the key of counters.
   *
   * @throws IllegalStateException where it does not, saying what was found and what was expected
   */
  public void check() {
    TableDescription table;
    try {
      table = client.describeTable(request -> request.tableName(name)).table();
    } catch (ResourceNotFoundException missing) {
      throw new IllegalStateException(
          "table " + name + " does not exist; create it, or start the job with --create-table",
          missing);
    }
    boolean sameTypes =
        table.attributeDefinitions().stream().filter(ATTRIBUTES::contains).count()
            == ATTRIBUTES.size();
    if (!table.keySchema().equals(SCHEMA) || !sameTypes) {
      throw new IllegalStateException(
          "table %s has the key %s of %s; expected the strings %s (partition key) and %s (sort key)"
              .formatted(
                  name,
                  table.keySchema().stream().map(KeySchemaElement::attributeName).toList(),
                  table.attributeDefinitions().stream()
                      .map(AttributeDefinition::attributeTypeAsString)
                      .toList(),
                  ItemCodec.KEY,
                  ItemCodec.FEATURE_NAME));
    }
  }

  /** Whether the table holds no item. */
  public boolean isEmpty() {
    return client
        .scan(request -> request.tableName(name).limit(1).consistentRead(true))
        .items()
        .isEmpty();
  }

  private void enableTimeToLive() {
    TimeToLiveStatus status =
        client
            .describeTimeToLive(request -> request.tableName(name))
            .timeToLiveDescription()
            .timeToLiveStatus();
    if (status == TimeToLiveStatus.DISABLED) {
      client.updateTimeToLive(
          request ->
              request
                  .tableName(name)
                  .timeToLiveSpecification(
                      ttl -> ttl.attributeName(ItemCodec.EXPIRES_AT).enabled(true)));
    }
  }
}
