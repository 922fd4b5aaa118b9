package io.countermachine.item;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/**
 * The table of counters: its schema, its creation, and the check that an existing table has that
 * schema.
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
   * Creates the table, billed on demand, and its TTL if they are missing, and waits until the table
   * can be used.
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
      // Another start has created it, now or long ago; the check below verifies its schema.
    }
    client.waiter().waitUntilTableExists(request -> request.tableName(name)).matched();
    check();
    enableTimeToLive();
  }

  /**
   * Checks that the table exists and has the key of counters.
   *
   * @throws IllegalStateException if not, saying what was found and what was expected
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

  /** Returns true if the table holds no counters. */
  public boolean isEmpty() {
    // One of two items may be that of the catalog.
    return client
        .scan(request -> request.tableName(name).limit(2).consistentRead(true))
        .items()
        .stream()
        .allMatch(CatalogItem::is);
  }

  /** The table's item of the catalog; empty if there is none. */
  public Optional<CatalogItem> catalogItem() {
    GetItemResponse found =
        client.getItem(
            request ->
                request
                    .tableName(name)
                    .key(ItemCodec.encodeKey(CatalogItem.key()))
                    .consistentRead(true));
    return found.hasItem() ? Optional.of(CatalogItem.decode(found.item())) : Optional.empty();
  }

  /**
   * Writes the table's item of the catalog, if it has not changed since it was read.
   *
   * @param read the item to replace; empty if there was none
   * @return true if it was written; false if somebody else has changed it
   */
  public boolean putCatalogItem(CatalogItem item, Optional<CatalogItem> read) {
    Map<String, AttributeValue> was = read.map(CatalogItem::encode).orElse(Map.of());
    boolean hasEpoch = read.isPresent() && read.get().epoch() > 0;
    boolean hasRequest = was.containsKey(CatalogItem.REPUBLISH);
    Map<String, AttributeValue> values = new HashMap<>();
    if (hasEpoch) {
      values.put(":epoch", was.get(CatalogItem.EPOCH));
    }
    if (hasRequest) {
      values.put(":request", was.get(CatalogItem.REPUBLISH));
    }
    String condition =
        (hasEpoch ? "#epoch = :epoch" : "attribute_not_exists(#epoch)")
            + " AND "
            + (hasRequest ? "#request = :request" : "attribute_not_exists(#request)");
    try {
      client.putItem(
          request -> {
            request
                .tableName(name)
                .item(item.encode())
                .conditionExpression(condition)
                .expressionAttributeNames(
                    Map.of("#epoch", CatalogItem.EPOCH, "#request", CatalogItem.REPUBLISH));
            if (!values.isEmpty()) {
              request.expressionAttributeValues(values);
            }
          });
      return true;
    } catch (ConditionalCheckFailedException changed) {
      return false;
    }
  }

  /**
   * Requests that the table's job, running or started later, writes every item of its state again.
   *
   * @param id distinguishes the request from earlier ones
   */
  public void requestRepublish(String id) {
    client.updateItem(
        request ->
            request
                .tableName(name)
                .key(ItemCodec.encodeKey(CatalogItem.key()))
                .updateExpression("SET #request = :request")
                .expressionAttributeNames(Map.of("#request", CatalogItem.REPUBLISH))
                .expressionAttributeValues(Map.of(":request", AttributeValue.fromS(id))));
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
