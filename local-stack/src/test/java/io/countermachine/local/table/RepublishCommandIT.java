package io.countermachine.local.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.SharedParts;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The command with DynamoDB Local. Instead of the job, a thread that responds like it. */
class RepublishCommandIT {
  private static LocalDynamoDb store;
  private static DynamoDbClient client;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() {
    store = SharedParts.store();
    client = store.client();
  }

  @AfterAll
  static void stop() {
    client.close();
  }

  private static CounterTable table(String name) {
    CounterTable table = new CounterTable(client, name);
    table.createIfMissing();
    return table;
  }

  private int run(Duration answeredWithin, String... arguments) {
    return LocalCommand.execute(
        new RepublishCommand(answeredWithin),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        arguments);
  }

  private int ask(String table, Duration answeredWithin) {
    return run(
        answeredWithin, "--table", table, "--dynamodb-endpoint", store.endpoint().toString());
  }

  private static CatalogItem item(long epoch, Optional<String> asked, Optional<String> heard) {
    return new CatalogItem(
        "hash",
        "id",
        epoch,
        1_000,
        Map.of(),
        asked,
        heard,
        heard.isPresent() ? 1_707_605_599_000L : 0);
  }

  @Test
  void request_isKept_untilAJobTakesItUp() {
    CounterTable table = table("Quiet");
    assertThat(ask("Quiet", Duration.ZERO)).isZero();
    assertThat(out.toString(UTF_8)).contains("writes the items when it starts");
    CatalogItem asked = table.catalogItem().orElseThrow();
    assertThat(asked.republish()).isPresent();
    assertThat(asked.tableId()).isEmpty();
    // A later request can be distinguished from it.
    assertThat(ask("Quiet", Duration.ZERO)).isZero();
    assertThat(table.catalogItem().orElseThrow().republish()).isNotEqualTo(asked.republish());
  }

  @Test
  void answerOfTheJob_isTold() {
    CounterTable table = table("Running");
    assertThat(table.putCatalogItem(item(1, Optional.empty(), Optional.empty()), Optional.empty()))
        .isTrue();
    Thread job =
        new Thread(
            () -> {
              Await.until(
                  "the request",
                  Duration.ofSeconds(30),
                  () -> table.catalogItem().orElseThrow().republish().isPresent());
              Optional<CatalogItem> read = table.catalogItem();
              Optional<String> asked = read.orElseThrow().republish();
              table.putCatalogItem(item(2, asked, asked), read);
            });
    job.start();
    assertThat(ask("Running", Duration.ofSeconds(30))).isZero();
    assertThat(out.toString(UTF_8)).contains("until about 2024-02-10T22:53:19Z");
  }

  @Test
  void item_isWritten_onlyAsItWasRead() {
    CounterTable table = table("Written");
    CatalogItem first = item(1, Optional.empty(), Optional.empty());
    assertThat(table.putCatalogItem(first, Optional.of(first))).isFalse();
    assertThat(table.putCatalogItem(first, Optional.empty())).isTrue();
    assertThat(table.putCatalogItem(first, Optional.empty())).isFalse();
    table.requestRepublish("id");
    CatalogItem second = item(2, Optional.of("id"), Optional.of("id"));
    assertThat(table.putCatalogItem(second, Optional.of(first))).isFalse();
    assertThat(table.putCatalogItem(second, table.catalogItem())).isTrue();
    assertThat(table.catalogItem()).contains(second);
  }

  @Test
  void missingTable_storeThatIsAway_andWrongUsage_areTold() {
    assertThat(ask("Nothing", Duration.ZERO)).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("there is no table Nothing");
    assertThat(run(Duration.ZERO, "--dynamodb-endpoint", "http://localhost:" + Ports.free()))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("does not answer", "is the demo running?");
    assertThat(run(Duration.ZERO, "everything")).isEqualTo(2);
    assertThat(run(Duration.ZERO, "--tabel", "x")).isEqualTo(2);
    assertThat(run(Duration.ZERO, "--help")).isZero();
  }
}
