package io.countermachine.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.job.config.JobOptions.Start;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Where a job starts from, and which table it accepts, with DynamoDB Local. */
class StartingPointIT {
  private static DynamoDbClient client;
  private static CounterTable empty;
  private static CounterTable filled;

  @TempDir private Path checkpoints;

  @BeforeAll
  static void start() {
    client = JobCase.client();
    empty = new CounterTable(client, "Empty");
    empty.createIfMissing();
    filled = new CounterTable(client, "Filled");
    filled.createIfMissing();
    Group user = TestCatalogs.SMALL.catalog().group("user").orElseThrow();
    Counters counters = new Counters(user.schema());
    counters.add(0, 1, 1_000);
    client.putItem(
        call ->
            call.tableName("Filled")
                .item(
                    ItemCodec.encode(
                        "u",
                        ItemValues.of(user.itemSchema(), counters),
                        OptionalLong.empty(),
                        ItemFormat.READABLE)));
  }

  private Configuration flink() {
    Configuration flink = new Configuration();
    flink.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    return flink;
  }

  private void complete(String folder) throws IOException {
    Files.writeString(
        Files.createDirectories(checkpoints.resolve(folder)).resolve("_metadata"), "x");
  }

  @Test
  void emptyStateOverAFilledTable_isRefused_unlessAskedFor() throws IOException {
    assertThatThrownBy(() -> StartingPoint.choose(Start.AUTO, flink(), filled, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the table holds counters")
        .hasMessageContaining("--start earliest");

    for (Start asked : new Start[] {Start.EARLIEST, Start.LATEST}) {
      StartingPoint start = StartingPoint.choose(asked, flink(), filled, false);
      assertThat(start.lossy()).isTrue();
      assertThat(start.why()).contains("OVERWRITTEN");
      assertThat(start.restorePath()).isEmpty();
    }
  }

  @Test
  void emptyTable_isFilledFromTheTopicsBeginning() throws IOException {
    StartingPoint start = StartingPoint.choose(Start.AUTO, flink(), empty, false);
    assertThat(start.restorePath()).isEmpty();
    assertThat(start.lossy()).isFalse();
    assertThat(start.why()).contains("from its beginning");
  }

  @Test
  void newestCheckpoint_isRestored_whateverTheTableHolds() throws IOException {
    complete("job/chk-7");
    StartingPoint start = StartingPoint.choose(Start.AUTO, flink(), filled, false);
    assertThat(start.restorePath().orElseThrow()).endsWith("job/chk-7");
    assertThat(start.lossy()).isFalse();
  }

  @Test
  void stateOverAnEmptyTable_isRefused_unlessItIsToBeFilled() throws IOException {
    complete("job/chk-7");
    assertThatThrownBy(() -> StartingPoint.choose(Start.AUTO, flink(), empty, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("the table is empty, but there is a state to restore")
        .hasMessageContaining("job/chk-7")
        .hasMessageContaining("--republish");
    assertThat(StartingPoint.choose(Start.AUTO, flink(), empty, true).restorePath().orElseThrow())
        .endsWith("job/chk-7");

    Configuration flink = flink();
    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///elsewhere");
    assertThatThrownBy(() -> StartingPoint.choose(Start.AUTO, flink, empty, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("file:///elsewhere");
  }

  @Test
  void tableWithNothingButTheCatalogsItem_holdsNoCounters() throws IOException {
    CounterTable marked = new CounterTable(client, "Marked");
    marked.createIfMissing();
    marked.requestRepublish("id");
    assertThat(marked.isEmpty()).isTrue();
    assertThat(StartingPoint.choose(Start.AUTO, flink(), marked, false).lossy()).isFalse();
  }

  @Test
  void pathGivenToFlink_goesBeforeTheNewestCheckpoint() throws IOException {
    complete("job/chk-7");
    Configuration flink = flink();
    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///elsewhere");
    StartingPoint start = StartingPoint.choose(Start.AUTO, flink, filled, false);
    assertThat(start.restorePath()).isEmpty();
    assertThat(start.why()).contains("file:///elsewhere");
  }

  @Test
  void emptyStateAndAPath_cannotBothBeAskedFor() {
    Configuration flink = flink();
    flink.set(StateRecoveryOptions.SAVEPOINT_PATH, "file:///elsewhere");
    assertThatThrownBy(() -> StartingPoint.choose(Start.EARLIEST, flink, empty, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("--start earliest")
        .hasMessageContaining("file:///elsewhere");
  }

  @Test
  void missingTable_andOneWithAnotherKey_areRefused() {
    assertThatThrownBy(() -> new CounterTable(client, "Missing").check())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("table Missing does not exist");
    client.createTable(
        call ->
            call.tableName("Other")
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build())
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.N)
                        .build()));
    assertThatThrownBy(() -> new CounterTable(client, "Other").check())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("[id]")
        .hasMessageContaining("key (partition key) and featureName (sort key)");
  }

  @Test
  void createdTable_hasTheTimeToLive() {
    assertThat(
            client
                .describeTimeToLive(call -> call.tableName("Empty"))
                .timeToLiveDescription()
                .attributeName())
        .isEqualTo("expiresAt");
    empty.createIfMissing();
  }
}
