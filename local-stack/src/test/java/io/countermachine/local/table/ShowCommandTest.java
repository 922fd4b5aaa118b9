package io.countermachine.local.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Feed;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CatalogItem;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.local.process.Ports;
import io.countermachine.local.stub.StubServer;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class ShowCommandTest {
  private static final String TABLE = "Shown";
  private static final Instant HOUR_LATER = Instant.ofEpochMilli(1_707_605_599_000L + 3_600_000);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private StubServer store;

  @TempDir private Path folder;

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
    return LocalDynamoDbClients.builder(store.endpoint()).build();
  }

  private int show(String... arguments) {
    return LocalCommand.execute(
        new ShowCommand(Clock.fixed(HOUR_LATER, ZoneOffset.UTC)),
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        arguments);
  }

  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void item_isShownInReadableForm_inWhateverFormItIs(ItemFormat format) throws Exception {
    Group group =
        CatalogLoader.parse(
                "c.yaml", "groups: {pair: {key: [a, b], counts: [view, like], intervals: [1h]}}")
            .groups()
            .get(0);
    Counters counters = new Counters(group.schema());
    counters.add(1, 2, 1_707_605_599_000L);
    try (DynamoDbClient client = client()) {
      client.putItem(
          request ->
              request
                  .tableName(TABLE)
                  .item(
                      ItemCodec.encode(
                          "u1|p9",
                          ItemValues.of(group.itemSchema(), counters),
                          OptionalLong.of(1_707_692_000L),
                          format)));
    }
    int code =
        show(
            "pair",
            "u1|p9",
            "--json",
            "--table",
            TABLE,
            "--dynamodb-endpoint",
            store.endpoint().toString());
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
  void itemWithoutCounters_asThatOfTheCatalog_isToldAsSuch() {
    try (DynamoDbClient client = client()) {
      client.putItem(
          request -> request.tableName(TABLE).item(ItemCodec.encodeKey(CatalogItem.key())));
    }
    String name = CatalogItem.key().key();

    int code =
        show(
            CatalogItem.key().group(),
            name,
            "--table",
            TABLE,
            "--dynamodb-endpoint",
            store.endpoint().toString());

    assertThat(code).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains(name + " has no counters");
  }

  @Test
  void itemThatIsNotThere_exitsWithOne() {
    assertThat(
            show("pair", "k", "--table", TABLE, "--dynamodb-endpoint", store.endpoint().toString()))
        .isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("has no item of group pair and key k");
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
    assertThat(show("--json", "pair")).isEqualTo(2);
    assertThat(show("pair", "k", "--tabel", "x")).isEqualTo(2);
    assertThat(show("pair", "k", "--table")).isEqualTo(2);
    assertThat(show("pair", "k", "--dynamodb-endpoint", "nowhere")).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains(
            "Missing required parameter: 'KEY'", "Unknown option: '--tabel'", "option '--table'")
        .contains("--dynamodb-endpoint nowhere: expected a URL");
    assertThat(show("--help")).isZero();
  }

  @Test
  void values_areShownBesideWhatTheyAreWorthNow_intervalsInOrder_instantsAsDates() {
    Group group =
        CatalogLoader.parse(
                "c.yaml",
                """
                events: {view: {}, like: {}}
                groups: {pair: {key: [a, b], counts: [view, like], intervals: [lifetime, 1d, 1m, 1h]}}
                """)
            .groups()
            .get(0);
    Counters counters = new Counters(group.schema());
    for (int like = 0; like < 1_500; like++) {
      counters.add(1, 1, 1_707_605_599_000L);
    }
    try (DynamoDbClient client = client()) {
      client.putItem(
          request ->
              request
                  .tableName(TABLE)
                  .item(
                      ItemCodec.encode(
                          "u1|a\\|b",
                          ItemValues.of(group.itemSchema(), counters),
                          OptionalLong.of(1_707_692_000L),
                          ItemFormat.PACKED)));
    }
    String endpoint = store.endpoint().toString();

    int code = show("pair", "u1", "a|b", "--table", TABLE, "--dynamodb-endpoint", endpoint);

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(code).isZero();
    // Of 1500, an hour later: e^-60, 1/e and e^(-1/24) are left.
    assertThat(
            out.toString(UTF_8).lines().map(String::strip).map(line -> line.replaceAll(" +", " ")))
        .containsExactly(
            "pair u1|a\\|b",
            "newest event 2024-02-10T22:53:19Z, 60 minutes ago",
            "kept until 2024-02-11T22:53:20Z",
            "stored now",
            "like.1m 1,500 1.313e-23",
            "like.1h 1,500 551.82",
            "like.1d 1,500 1,438.78",
            "like.lifetime 1,500 1,500");
  }

  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void endOfTheSession_isShown_whereItIsNotTheNewestEvent(ItemFormat format) {
    Group group =
        CatalogLoader.parse(
                "c.yaml", "groups: {u: {key: [a], counts: [view], intervals: [session_2h]}}")
            .groups()
            .get(0);
    Counters counters = new Counters(group.schema());
    counters.add(0, 1, 1_707_605_599_000L - 60_000);
    ItemValues values = ItemValues.of(group.itemSchema(), counters);
    values.lastUpdate(1_707_605_599_000L);
    try (DynamoDbClient client = client()) {
      client.putItem(
          request ->
              request
                  .tableName(TABLE)
                  .item(ItemCodec.encode("u1", values, OptionalLong.empty(), format)));
    }

    int code =
        show("u", "u1", "--table", TABLE, "--dynamodb-endpoint", store.endpoint().toString());

    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(code).isZero();
    assertThat(
            out.toString(UTF_8).lines().map(String::strip).map(line -> line.replaceAll(" +", " ")))
        .startsWith(
            "u u1",
            "newest event 2024-02-10T22:53:19Z, 60 minutes ago",
            "session end 2024-02-10T22:52:19Z, 61 minutes ago",
            "kept until for ever",
            "stored now",
            "view.session_2h 1");
  }

  private static final Instant UPDATED = Instant.ofEpochMilli(1_707_605_599_000L);

  private static final String EVERY_KIND =
      """
      events: {view: {}, spent: {value: ms}}
      intervals: [1h]
      groups:
        pair:
          key: [a, b]
          counts: [view]
          stats: {dwell: {of: spent, give: [mean, p50]}}
          histograms: {countries: {of: view, by: country, keep: 2, intervals: [1h, session_2h]}}
          intervals: [1h, last_2h, session_2h]
      """;

  private static ItemValues everyKind(Group group) {
    Counters counters = new Counters(group.schema());
    long instant = UPDATED.toEpochMilli();
    int view = group.schema().measureIndex("view");
    int countries = group.schema().measureIndex("countries");
    for (int i = 0; i < 4; i++) {
      counters.add(view, 1, instant - (i < 3 ? 3_600_000 : 0));
      String country = List.of("DE", "AT", "DE", "CH").get(i);
      counters.add(countries, new Occurrence().at(instant).label(country));
    }
    for (Feed feed : group.feeds("spent")) {
      counters.add(feed.measure(), new Occurrence().at(instant).value(2_000));
    }
    return ItemValues.of(group.itemSchema(), counters);
  }

  private List<String> shownEveryKind(ItemFormat format, String... more) {
    return shown(EVERY_KIND, ShowCommandTest::everyKind, format, more);
  }

  private List<String> shown(
      String catalog, Function<Group, ItemValues> values, ItemFormat format, String... more) {
    Group group = CatalogLoader.parse("c.yaml", catalog).groups().get(0);
    try (DynamoDbClient client = client()) {
      client.putItem(
          request ->
              request
                  .tableName(TABLE)
                  .item(
                      ItemCodec.encode("u|p", values.apply(group), OptionalLong.empty(), format)));
    }
    List<String> arguments = new ArrayList<>(List.of("pair", "u", "p", "--table", TABLE));
    arguments.addAll(List.of("--dynamodb-endpoint", store.endpoint().toString()));
    arguments.addAll(List.of(more));
    assertThat(show(arguments.toArray(String[]::new))).as(err.toString(UTF_8)).isZero();
    return out.toString(UTF_8)
        .lines()
        .map(String::strip)
        .map(line -> line.replaceAll(" +", " "))
        .toList();
  }

  /** One hour after the newest event, and two hours after three of the views. */
  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void everyForm_isShown_byItsCatalog(ItemFormat format) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), EVERY_KIND);
    assertThat(shownEveryKind(format, "--catalog", file.toString()))
        .containsSubsequence(
            "stored now",
            "view.1h 2.10 0.7739",
            "view.last_2h 2",
            "2024-02-10T21:52:00Z 3 ##############################",
            "2024-02-10T22:52:00Z 1 ##########",
            "view.session_2h 4",
            "since 2024-02-10T21:53:19Z 4 ##############################",
            "dwell_mean.1h 2,000 2,000",
            "countries.1h",
            "DE 2 0.7358",
            "AT 1 0.3679",
            "other 1 0.3679",
            "countries.session_2h",
            "DE 2");
  }

  /** Each formula appears once: as of now, and only if it depends on the item alone. */
  @Test
  void formulas_areShown_asOfNow() throws IOException {
    String catalog =
        EVERY_KIND
            + """
                features:
                  spread: size(countries.1h)
                  germans: 'share(countries["DE"].1h)'
                  open: view.session_2h / view.last_2h
                  level: 'if(view.session_2h > 3, "high", "low")'
                  none: view.1h / (view.session_2h - 4)
                  here: countries[country].1h
                  other: view.1h / site.view.1h
              site: {key: [], counts: [view]}
            """;
    Path file = Files.writeString(folder.resolve("f.yaml"), catalog);
    assertThat(
            shown(
                catalog,
                ShowCommandTest::everyKind,
                ItemFormat.READABLE,
                "--catalog",
                file.toString()))
        .containsSubsequence(
            "spread 3",
            "germans 0.5000",
            "open 2",
            "level high",
            "none undefined",
            "not shown, because they need another key or a candidate's field: here, other");
  }

  /** Only the names and structure tell what decays. The step is the largest that fits the panes. */
  @Test
  void everyForm_isShown_withoutItsCatalog() {
    assertThat(shownEveryKind(ItemFormat.PACKED))
        .containsSubsequence(
            "countries.1h",
            "DE 2 0.7358",
            "dwell_mean.1h 2,000 2,000",
            "view.1h 2.10 0.7739",
            "2024-02-10T22:52:00Z 1 ##########",
            "view.session_2h 4");
  }

  private static final String ENTRIES =
      """
      events: {view: {}, spent: {value: ms}}
      intervals: [1h]
      groups:
        pair:
          key: [a, b]
          uniques: {viewers: {of: view, by: userId, intervals: [1h]}}
          stats: {dwell: {of: spent, give: [min, max], intervals: [lifetime, last_2h]}}
          lists: {recent: {of: view, fields: [userId, price], within: 90m}}
          firsts: {source: {of: view, field: source}}
          lasts: {device: {of: view, field: device}}
      """;

  /** Three views. The first is older than what the list shows an hour after the last. */
  private static ItemValues entries(Group group) {
    Counters counters = new Counters(group.schema());
    long instant = UPDATED.toEpochMilli();
    for (int i = 0; i < 3; i++) {
      long at = instant - 3_600_000L * (2 - i);
      String user = List.of("u1", "u2\u0007", "u1").get(i);
      add(counters, "viewers", new Occurrence().at(at).label(user));
      add(
          counters,
          "recent",
          new Occurrence().at(at).fields(new Object[] {user, i == 2 ? 1.5 : null}));
      add(counters, "device", new Occurrence().at(at).fields(new Object[] {"phone " + i}));
      add(
          counters,
          "source",
          new Occurrence().at(at).fields(new Object[] {9_007_199_254_740_993L + i}));
      add(counters, "dwell#min", new Occurrence().at(at).value(10 * i));
      add(counters, "dwell#max", new Occurrence().at(at).value(10 * i));
    }
    return ItemValues.of(group.itemSchema(), counters);
  }

  private static void add(Counters counters, String measure, Occurrence occurrence) {
    counters.add(counters.schema().measureIndex(measure), occurrence);
  }

  @ParameterizedTest
  @EnumSource(ItemFormat.class)
  void entries_areShownNewestFirst_withDates(ItemFormat format) throws IOException {
    Path file = Files.writeString(folder.resolve("c.yaml"), ENTRIES);
    assertThat(shown(ENTRIES, ShowCommandTest::entries, format, "--catalog", file.toString()))
        .containsSubsequence(
            "dwell_min.last_2h 10",
            "dwell_min.lifetime 0 0",
            "dwell_max.lifetime 20 20",
            // 1 + 1/e, an hour later. The other user's last view is an hour older.
            "viewers.1h 1.37 0.5032",
            // Of three entries, one was already too old when the last one came.
            "recent 2 entries 1 entry",
            "2024-02-10T22:53:19Z userId=u1 price=1.5",
            "… and 1 entry older",
            "source 9007199254740993",
            "at 2024-02-10T20:53:19Z",
            "device phone 2",
            "at 2024-02-10T22:53:19Z");
  }

  @Test
  void entries_areShown_withoutTheirCatalog() {
    assertThat(shown(ENTRIES, ShowCommandTest::entries, ItemFormat.PACKED))
        .containsSubsequence(
            "device 1 entry 1 entry",
            "2024-02-10T22:53:19Z device=phone 2",
            "dwell_max.lifetime 20 20",
            "recent 2 entries 2 entries",
            "2024-02-10T22:53:19Z price=1.5 userId=u1",
            "2024-02-10T21:53:19Z userId=u2?");
  }

  @Test
  void entries_areInTheJson() throws IOException {
    String json =
        String.join("", shown(ENTRIES, ShowCommandTest::entries, ItemFormat.PACKED, "--json"));
    assertThat(new ObjectMapper().readTree(json).at("/lists/recent/0").toString())
        .isEqualTo("{\"at\":1707605599000,\"price\":1.5,\"userId\":\"u1\"}");
  }

  @Test
  void groupThatTheCatalogLacks_andKeyOfTooFewValues_areHintedAt() {
    String endpoint = store.endpoint().toString();
    String[] where = {"--table", TABLE, "--dynamodb-endpoint", endpoint};

    assertThat(show("psot", "p1", where[0], where[1], where[2], where[3])).isEqualTo(1);
    assertThat(err.toString(UTF_8))
        .contains("no such group in the bundled catalog; did you mean post?");
    err.reset();
    assertThat(show("user_post", "u1", where[0], where[1], where[2], where[3])).isEqualTo(1);
    assertThat(err.toString(UTF_8)).contains("its key has 2 values: userId, postId");
  }
}
