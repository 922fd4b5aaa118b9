package io.countermachine.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.CatalogLoader;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.counters.Counters;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.stub.StubServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class ShowItemTest {
  private static final String TABLE = "Shown";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private StubServer store;

  @BeforeEach
  void start() {
    store = StubServer.start(0, Duration.ZERO, true, 1);
    try (DynamoDbClient client = client()) {
      new CounterTable(client, TABLE).createIfMissing();
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  private DynamoDbClient client() {
    return ShowOptions.parse("g", "k", "--dynamodb-endpoint", store.endpoint().toString()).client();
  }

  private int show(String... arguments) {
    return ShowItem.run(
        new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8), arguments);
  }

  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void item_isShownInReadableForm_inWhateverFormItIs(ItemFormat format) throws Exception {
    Group group =
        CatalogLoader.parse(
                "c.yaml", "groups: {pair: {key: [a, b], counts: [view, like], intervals: [1h]}}")
            .groups()
            .get(0);
    Counters counters = new Counters(group);
    counters.add(1, 2, 1_707_605_599_000L);
    try (DynamoDbClient client = client()) {
      client.putItem(
          request ->
              request
                  .tableName(TABLE)
                  .item(
                      ItemCodec.encode(
                          "u1|p9", counters, OptionalLong.of(1_707_692_000L), format)));
    }
    int code =
        show("pair", "u1|p9", "--table", TABLE, "--dynamodb-endpoint", store.endpoint().toString());
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(code).isZero();
    assertThat(new ObjectMapper().readTree(out.toByteArray()))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    """
                    {"key": "u1|p9", "featureName": "pair", "lastUpdate": 1707605599000,
                     "counts": {"like": {"1h": 2}}, "expiresAt": 1707692000}\
                    """));
  }

  @Test
  void itemThatIsNotThere_exitsWithOne() {
    assertThat(
            show("pair", "k", "--table", TABLE, "--dynamodb-endpoint", store.endpoint().toString()))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("holds no item of group pair and key k");
    assertThat(out.size()).isZero();
  }

  @Test
  void missingTable_andStoreThatIsAway_areToldWithWhatToDo() {
    String endpoint = store.endpoint().toString();
    assertThat(show("pair", "k", "--table", "Nothing", "--dynamodb-endpoint", endpoint))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("there is no table Nothing at " + endpoint);
    String nobody = "http://localhost:" + Ports.free();
    assertThat(show("pair", "k", "--dynamodb-endpoint", nobody)).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains(nobody + " does not answer", "is the demo running?", "--dynamodb-endpoint");
  }

  @Test
  void wrongUsage_exitsWithTwo() {
    assertThat(show("pair")).isEqualTo(2);
    assertThat(show("pair", "k", "--tabel", "x")).isEqualTo(2);
    assertThat(show("pair", "k", "--table")).isEqualTo(2);
    assertThat(show("pair", "k", "--dynamodb-endpoint", "nowhere")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains("expected a group and a key", "unknown option --tabel", "--table needs a value")
        .contains("--dynamodb-endpoint nowhere: expected an address");
    assertThat(show("--help")).isZero();
  }
}
