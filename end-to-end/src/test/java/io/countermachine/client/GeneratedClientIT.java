package io.countermachine.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.client.api.CatalogApi;
import io.countermachine.client.api.FeaturesApi;
import io.countermachine.client.api.GroupsApi;
import io.countermachine.client.model.FeatureAnswer;
import io.countermachine.client.model.FeatureRequest;
import io.countermachine.client.model.KeyCounters;
import io.countermachine.client.model.Problem;
import io.countermachine.client.model.Result;
import io.countermachine.item.CounterTable;
import io.countermachine.item.ItemCodec;
import io.countermachine.local.process.LocalDynamoDb;
import io.countermachine.local.process.Ports;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Tests the client that the build generates from docs/openapi.json against the service. */
class GeneratedClientIT {
  private static final long T0 = 1_707_605_600_000L;
  private static final long HOUR = 3_600_000;

  /** The bundled catalog, plus a group with lists, firsts and lasts. */
  private static final String CATALOG =
      CatalogLoader.bundledText()
          .replaceFirst(
              "\ngroups:[^\n]*\n",
              """

              groups:
                reader:
                  key: [readerId]
                  lists: {recent: {of: view, fields: [postId, price]}}
                  firsts: {device: {of: view, field: device}}
              """);

  /** The output of {@code printf abc | sha256sum}. */
  private static final String KEY = "abc";

  private static final String KEY_HASH =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private static Path folder;
  private static LocalDynamoDb store;
  private static ServiceProcess service;
  private static ApiClient client;

  @BeforeAll
  static void start() throws IOException {
    Path file = Files.writeString(folder.resolve("catalog.yaml"), CATALOG);
    store = LocalDynamoDb.start(folder, Ports.free()).awaitReady();
    Catalog catalog = CatalogLoader.load(file);
    try (DynamoDbClient table = store.client()) {
      new CounterTable(table, CounterTable.DEFAULT_NAME).createIfMissing();
      ItemSchema items = catalog.group("post").orElseThrow().itemSchema();
      Counters post = new Counters(items.schema());
      post.add(post.schema().measureIndex("view"), 8, T0);
      post.add(post.schema().measureIndex("like"), 2, T0);
      put(table, "p1", ItemValues.of(items, post));
      Counters liked = new Counters(items.schema());
      liked.add(liked.schema().measureIndex("like"), 1, T0);
      put(table, "liked", ItemValues.of(items, liked));
      ItemSchema readers = catalog.group("reader").orElseThrow().itemSchema();
      Counters reader = new Counters(readers.schema());
      add(reader, "recent", T0 - 1, "p1", 1.5);
      add(reader, "recent", T0, 2L, null);
      add(reader, "device", T0, "phone");
      put(table, "r1", ItemValues.of(readers, reader));
    }
    service =
        ServiceProcess.start(
            folder,
            List.of(
                "--counter-machine.catalog=" + file,
                "--counter-machine.dynamodb.endpoint=" + store.endpoint(),
                // This tests the responses, not the latency of the first one, so the time limits
                // are generous.
                "--counter-machine.request.deadline=5s",
                "--counter-machine.dynamodb.call-timeout=5s",
                "--counter-machine.dynamodb.attempt-timeout=4s",
                "--counter-machine.access.enabled=true",
                "--counter-machine.access.keys[0].name=client",
                "--counter-machine.access.keys[0].sha256=" + KEY_HASH));
    client = newClient();
    client.setRequestInterceptor(request -> request.header("X-Api-Key", KEY));
  }

  private static void add(Counters counters, String measure, long at, Object... fields) {
    counters.add(counters.schema().measureIndex(measure), new Occurrence().at(at).fields(fields));
  }

  private static ApiClient newClient() {
    ApiClient client = new ApiClient();
    client.updateBaseUri(service.address().toString());
    return client;
  }

  private static void put(DynamoDbClient table, String key, ItemValues values) {
    table.putItem(
        call ->
            call.tableName(CounterTable.DEFAULT_NAME)
                .item(ItemCodec.encode(key, values, OptionalLong.empty(), ItemFormat.READABLE)));
  }

  @AfterAll
  static void stop() {
    service.close();
    store.close();
  }

  private static FeatureRequest request() {
    return new FeatureRequest()
        .features(List.of("post.ctr.1h", "post.view.1h", "user_post.view.1d"))
        .asOf(T0 + HOUR);
  }

  @Test
  void features_comeWithNullsAndStatuses() throws ApiException {
    FeatureAnswer answer =
        new FeaturesApi(client)
            .features(
                request()
                    .context(Map.of("userId", 42))
                    .candidates(
                        List.of(
                            Map.of("postId", "p1"),
                            Map.of("postId", "liked"),
                            Map.of("postId", "nowhere"),
                            Map.of()))
                    .addIncludeItem(FeatureRequest.IncludeEnum.STATUSES),
                5_000);
    assertThat(answer.getMetadata().getAsOf()).isEqualTo(T0 + HOUR);
    assertThat(answer.getMetadata().getPartial()).isFalse();
    assertThat(answer.getMetadata().getFeatures())
        .containsExactly("post.ctr.1h", "post.view.1h", "user_post.view.1d");
    assertThat(answer.getResults().stream().map(Result::getValues))
        .containsExactly(
            List.of(0.25, 8 * Math.exp(-1), 0.0),
            Arrays.asList(null, 0.0, 0.0),
            Arrays.asList(null, 0.0, 0.0),
            Arrays.asList(null, null, null));
    assertThat(answer.getResults().stream().map(Result::getStatuses))
        .containsExactly(
            List.of(Result.StatusesEnum.OK, Result.StatusesEnum.OK, Result.StatusesEnum.NOT_FOUND),
            List.of(
                Result.StatusesEnum.UNDEFINED,
                Result.StatusesEnum.OK,
                Result.StatusesEnum.NOT_FOUND),
            List.of(
                Result.StatusesEnum.NOT_FOUND,
                Result.StatusesEnum.NOT_FOUND,
                Result.StatusesEnum.NOT_FOUND),
            List.of(
                Result.StatusesEnum.NO_KEY,
                Result.StatusesEnum.NO_KEY,
                Result.StatusesEnum.NO_KEY));
  }

  @Test
  void statuses_areAbsent_whereNotAskedFor() throws ApiException {
    FeatureAnswer answer =
        new FeaturesApi(client)
            .features(
                new FeatureRequest()
                    .set("home_feed")
                    .candidates(List.of(Map.of("postId", "p1", "userId", "u1"))),
                null);
    assertThat(answer.getResults()).hasSize(1);
    assertThat(answer.getResults().get(0).getStatuses()).isNullOrEmpty();
    assertThat(answer.getResults().get(0).getValues()).hasSize(5);
  }

  @Test
  void problem_namesTheField() throws JsonProcessingException {
    ApiException refused =
        catchThrowableOfType(
            ApiException.class,
            () ->
                new FeaturesApi(client)
                    .features(
                        new FeatureRequest()
                            .features(List.of("post.ctr.1h", "post.veiw.1h"))
                            .candidates(List.of(Map.of("postId", "p1"))),
                        null));
    assertThat(refused.getCode()).isEqualTo(400);
    assertThat(problem(refused).getStatus()).isEqualTo(400);
    assertThat(problem(refused).getField()).isEqualTo("features[1]");
    assertThat(problem(refused).getDetail()).contains("post.veiw.1h");
  }

  private static Problem problem(ApiException refused) throws JsonProcessingException {
    return client.getObjectMapper().readValue(refused.getResponseBody(), Problem.class);
  }

  @Test
  void counters_areStoredAndDecayed() throws ApiException {
    KeyCounters counters = new GroupsApi(client).counters("post", "p1", T0 + HOUR);
    assertThat(counters.getLastUpdate()).isEqualTo(T0);
    assertThat(counters.getStatus()).isEqualTo(KeyCounters.StatusEnum.OK);
    assertThat(counters.getExpiresAt()).isNull();
    assertThat(counters.getStored().get("view").get("1h")).isEqualTo(8.0);
    assertThat(counters.getDecayed().get("view").get("1h")).isEqualTo(8 * Math.exp(-1));
    assertThat(new GroupsApi(client).counters("post", "liked", T0).getRatios().get("ctr"))
        .containsEntry("1h", null);
  }

  @Test
  void entries_areListsOfMaps_withTheTypesOfJson() throws ApiException {
    List<Map<String, Object>> recent =
        List.of(Map.of("postId", 2, "at", T0), Map.of("postId", "p1", "price", 1.5, "at", T0 - 1));
    FeatureAnswer answer =
        new FeaturesApi(client)
            .features(
                new FeatureRequest()
                    .features(List.of("reader.recent", "reader.recent.size", "reader.device"))
                    .candidates(List.of(Map.of("readerId", "r1"), Map.of("readerId", "nobody"))),
                5_000);
    assertThat(answer.getResults().stream().map(Result::getValues))
        .containsExactly(List.of(recent, 2.0, "phone"), Arrays.asList(List.of(), 0.0, null));
    KeyCounters counters = new GroupsApi(client).counters("reader", "r1", T0);
    assertThat(counters.getLists()).containsExactly(entry("recent", recent));
    assertThat(counters.getFirsts().get("device").getValue()).isEqualTo("phone");
    assertThat(counters.getFirsts().get("device").getAt()).isEqualTo(T0);
    assertThat(counters.getLasts()).isEmpty();
  }

  @Test
  void nothingStored_isAProblemToo() throws JsonProcessingException {
    ApiException refused =
        catchThrowableOfType(
            ApiException.class, () -> new GroupsApi(client).counters("post", "nowhere", null));
    assertThat(refused.getCode()).isEqualTo(404);
    assertThat(problem(refused).getTitle()).isEqualTo("Not Found");
  }

  @Test
  void catalog_isRead() throws ApiException {
    io.countermachine.client.model.Catalog catalog = new CatalogApi(client).catalog();
    assertThat(catalog.getSets().get("home_feed")).contains("post.ctr.1h");
    assertThat(catalog.getDeduplicate().getField()).isEqualTo("eventId");
    assertThat(catalog.getEvents().get("view").getValue()).isNull();
    assertThat(catalog.getStorage().getFormat().getValue()).isEqualTo("readable");
    assertThat(catalog.getGroups().get("post").getPrecision()).isZero();
    assertThat(catalog.getGroups().get("post").getMaxStale()).isNull();
    assertThat(catalog.getGroups().get("post").getRatios().get("ctr").getPrior()).isNull();
    assertThat(catalog.getGroups().get("user_post").getRetain()).isNotNull();
  }

  @Test
  void callWithoutAKey_isRefused() throws JsonProcessingException {
    ApiException refused =
        catchThrowableOfType(ApiException.class, () -> new CatalogApi(newClient()).catalog());
    assertThat(refused.getCode()).isEqualTo(401);
    assertThat(problem(refused).getStatus()).isEqualTo(401);
  }
}
