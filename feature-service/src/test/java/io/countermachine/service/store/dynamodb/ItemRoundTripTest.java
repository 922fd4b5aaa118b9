package io.countermachine.service.store.dynamodb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemJson;
import io.countermachine.item.ItemKey;
import io.countermachine.local.process.LocalDynamoDbClients;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.service.TestItems;
import io.countermachine.service.store.ReadResult;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Items in the exact bytes of the job, or of the SDK, give the same values, whether this service's
 * parser reads them or the SDK and the codec do.
 */
class ItemRoundTripTest {
  private static final String TABLE = "Counters";
  private static final int ROUNDS = 60;
  private static final String WRITTEN =
      """
      events: {view: {}, like: {}, gone: {}, spent: {value: ms}}
      intervals: [5s, 1h, 7d, lifetime]
      windows: {last_10s: {step: 1s}}
      groups:
        user: {key: [userId], counts: [view]}
        post: {key: [postId], counts: [like, view, gone], sums: [spent]}
        lost: {key: [userId, postId], counts: [gone], intervals: [1d]}
        site:
          key: []
          counts: [view, like]
          stats: {dwell: {of: spent, give: [mean, stddev, p50]}}
          histograms: {countries: {of: view, by: country, keep: 3}, gone: {of: like, by: country}}
          intervals: [last_10s, 1h, each_1m, session_30m, lifetime]
        seen:
          key: [userId]
          uniques: {posts: {of: view, by: postId}}
          stats: {price: {of: spent, give: [min, max]}}
          lists:
            recent: {of: [view, like], fields: [postId, eventName, price]}
            lost: {of: like, fields: [postId]}
          firsts: {created: {of: view, field: eventTs}, other: {of: view, field: country}}
          lasts: {device: {of: view, field: device}, count: {of: view, field: device}}
          intervals: [last_10s, 1h, session_30m, lifetime]
      """;

  /** A later catalog: a different order, without some measures and intervals, and with new ones. */
  private static final String READ =
      """
      events: {view: {}, like: {}, new: {}, spent: {value: ms}}
      intervals: [lifetime, 1h, 30d]
      groups:
        post: {key: [postId], counts: [new, view, like], sums: [spent]}
        user: {key: [userId], counts: [view, like], intervals: [7d, 5s]}
        lost: {key: [userId, postId], counts: [view], intervals: [1d]}
        site:
          key: []
          counts: {gone: view, view: view}
          stats: {dwell: {of: spent, give: [stddev, p50, p90]}}
          histograms: {countries: {of: view, by: country, keep: 2}, like: {of: view, by: country}}
          intervals: [lifetime, session_30m, last_10s, 7d]
        seen:
          key: [userId]
          counts: {count: view, lost: view}
          uniques: {posts: {of: view, by: postId}}
          stats: {price: {of: spent, give: [max]}}
          lists: {recent: {of: view, fields: [price, country, postId]}}
          firsts: {created: {of: view, field: eventTs}, other: {of: view, field: postId}}
          lasts: {device: {of: view, field: device}, recent2: {of: view, field: postId}}
          intervals: [lifetime, session_30m, 7d, last_10s]
      """;

  private static final String[] PIECES = {
    "a",
    "Z",
    "0",
    "|",
    "\\",
    "\"",
    "/",
    "\b",
    "\t",
    "\n",
    "\u0001",
    "\u007f",
    "{",
    "}",
    "ü",
    "\u2028",
    "漢",
    "\ud83d\ude00",
    "\uffff",
    " "
  };

  private final Map<ItemFormat, ItemJson> job =
      Map.of(
          ItemFormat.READABLE,
          new ItemJson(ItemFormat.READABLE),
          ItemFormat.PACKED,
          new ItemJson(ItemFormat.PACKED));
  private final Wire wire = new Wire();
  private final DynamoDbClient sdk =
      LocalDynamoDbClients.builder(URI.create("http://localhost:1")).httpClient(wire).build();

  /** An HTTP client that records requests, and returns a prepared response. */
  private static final class Wire implements SdkHttpClient {
    private byte[] sent;
    private byte[] answer = {'{', '}'};

    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
      return new ExecutableHttpRequest() {
        @Override
        public HttpExecuteResponse call() throws IOException {
          try (var body = request.contentStreamProvider().orElseThrow().newStream()) {
            sent = body.readAllBytes();
          }
          return HttpExecuteResponse.builder()
              .response(SdkHttpResponse.builder().statusCode(200).build())
              .responseBody(AbortableInputStream.create(new ByteArrayInputStream(answer)))
              .build();
        }

        @Override
        public void abort() {
          // Nothing is in flight.
        }
      };
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @AfterEach
  void close() {
    sdk.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {WRITTEN, READ})
  void itemsOfTheJob_areReadAsTheSdkAndTheCodecReadThem(String laterCatalog) {
    Catalog written = CatalogLoader.parse("written.yaml", WRITTEN);
    Catalog read = CatalogLoader.parse("read.yaml", laterCatalog);
    for (int seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      Map<ItemKey, Map<String, AttributeValue>> items = new LinkedHashMap<>();
      Map<ItemKey, String> wireItems = new LinkedHashMap<>();
      int size = 1 + random.nextInt(20);
      while (items.size() < size) {
        Group group = written.groups().get(random.nextInt(written.groups().size()));
        String key = text(random);
        ItemValues values = values(group, random);
        OptionalLong expiresAt = expiry(random);
        ItemFormat format = random.nextBoolean() ? ItemFormat.READABLE : ItemFormat.PACKED;
        Map<String, AttributeValue> item = ItemCodec.encode(key, values, expiresAt, format);
        items.put(new ItemKey(group.name(), key), item);
        wireItems.put(
            new ItemKey(group.name(), key),
            random.nextBoolean()
                ? onTheWire(item)
                : new String(job.get(format).encode(key, values, expiresAt), UTF_8));
      }
      compare(items, answerWith(wireItems.values()), read, random, seed);
    }
  }

  private void compare(
      Map<ItemKey, Map<String, AttributeValue>> items,
      byte[] answer,
      Catalog catalog,
      Random random,
      int seed) {
    ItemKey absent = new ItemKey("user", "absent-" + seed);
    List<ItemKey> keys = new ArrayList<>(items.keySet());
    keys.add(absent);
    Collections.shuffle(keys, random);

    ReadResult[] results =
        new BatchGetResponseReader(TABLE, catalog).read(answer, answer.length, keys, 77);

    Map<ItemKey, Map<String, AttributeValue>> bySdk = readBySdk(answer);
    assertThat(bySdk.keySet()).isEqualTo(items.keySet());
    for (int i = 0; i < results.length; i++) {
      ItemKey key = keys.get(i);
      if (key.equals(absent)) {
        assertThat(results[i]).as("seed %d", seed).isEqualTo(ReadResult.absent(77));
      } else {
        ItemSchema schema = catalog.group(key.group()).orElseThrow().itemSchema();
        assertThat(TestItems.describe(results[i].item()))
            .as("seed %d, %s", seed, key)
            .isEqualTo(TestItems.describe(ItemCodec.decode(bySdk.get(key), schema)))
            .isEqualTo(TestItems.describe(ItemCodec.decode(items.get(key), schema)));
      }
    }
  }

  /** The item as the SDK sends it, without the surrounding request. */
  private String onTheWire(Map<String, AttributeValue> item) {
    sdk.putItem(call -> call.item(item).tableName(TABLE));
    String body = new String(wire.sent, UTF_8);
    String before = "{\"TableName\":\"" + TABLE + "\",\"Item\":";
    assertThat(body).startsWith(before).endsWith("}");
    return body.substring(before.length(), body.length() - 1);
  }

  private static byte[] answerWith(Collection<String> items) {
    return items.stream()
        .collect(
            Collectors.joining(
                ",", "{\"Responses\":{\"" + TABLE + "\":[", "]},\"UnprocessedKeys\":{}}"))
        .getBytes(UTF_8);
  }

  private Map<ItemKey, Map<String, AttributeValue>> readBySdk(byte[] answer) {
    wire.answer = answer;
    try {
      Map<ItemKey, Map<String, AttributeValue>> items = new LinkedHashMap<>();
      sdk.batchGetItem(call -> call.requestItems(Map.of()))
          .responses()
          .get(TABLE)
          .forEach(item -> items.put(ItemCodec.decodeKey(item), item));
      return items;
    } finally {
      wire.answer = new byte[] {'{', '}'};
    }
  }

  private static ItemValues values(Group group, Random random) {
    return TestItems.random(
        group.itemSchema(),
        random.nextInt(8) == 0 ? random.nextInt(3) : 1_707_605_600_000L + random.nextInt(),
        random,
        ItemRoundTripTest::value);
  }

  /** Numbers of every magnitude, including those that cannot be stored. */
  private static double value(Random random) {
    double digits = random.nextBoolean() ? random.nextDouble() : random.nextInt(1_000);
    return switch (random.nextInt(7)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1_000_000);
      case 2 -> digits * Math.pow(10, random.nextInt(250) - 125);
      case 3 -> -digits * 1_000;
      case 4 -> 9.2e18 * random.nextDouble();
      case 5 -> Math.exp(-random.nextInt(745));
      default -> digits;
    };
  }

  private static OptionalLong expiry(Random random) {
    return random.nextBoolean()
        ? OptionalLong.empty()
        : OptionalLong.of(1_707_605_600L + random.nextInt());
  }

  private static String text(Random random) {
    return random
        .ints(1 + random.nextInt(random.nextInt(10) == 0 ? 500 : 8), 0, PIECES.length)
        .mapToObj(piece -> PIECES[piece])
        .collect(Collectors.joining());
  }
}
