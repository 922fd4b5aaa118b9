package io.countermachine.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.ItemSchema;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Schema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;

class ItemJsonTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();
  private static final int ITEMS = 3_000;

  /** The smallest positive number of DynamoDB. */
  private static final double SMALLEST = 1e-130;

  private static final double LARGEST = 9.99e125;

  private static final List<ItemSchema> SCHEMAS =
      CatalogLoader.parse(
              "c.yaml",
              """
              events: {view: {}, 'a "quoted\\ é': {}, spent: {value: ms}}
              intervals: [5s, 1h, lifetime]
              groups:
                user: {key: [userId], counts: [view]}
                post: {key: [postId], counts: [view, 'a "quoted\\ é'], sums: [spent]}
              """)
          .groups()
          .stream()
          .map(Group::itemSchema)
          .toList();

  private static final String[] PIECES = {
    "a",
    "0",
    "|",
    "\\",
    "\"",
    "/",
    "\n",
    "\u0000",
    "\u001f",
    "\u007f",
    "ü",
    "\u2028",
    "漢",
    "\ud83d\ude00",
    "\uffff",
    "{",
    "}",
    " "
  };

  private static JsonNode parse(byte[] json) {
    try {
      return LIBRARY.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(new String(json, UTF_8), e);
    }
  }

  @Test
  void item_isWrittenAsDynamoDbTakesIt() {
    ItemValues values = new ItemValues(SCHEMAS.get(1));
    values.lastUpdate(1_707_605_599_000L);
    values.number(0, 0, 0.5);
    values.number(0, 2, 2);
    values.number(2, 1, -1e-3);
    byte[] json =
        new ItemJson(ItemFormat.READABLE).encode("p\"9", values, OptionalLong.of(1_707_692_000L));
    assertThat(new String(json, UTF_8))
        .isEqualTo(
            "{\"key\":{\"S\":\"p\\\"9\"},\"featureName\":{\"S\":\"post\"},"
                + "\"lastUpdate\":{\"N\":\"1707605599000\"},\"counts\":{\"M\":{"
                + "\"view\":{\"M\":{\"5s\":{\"N\":\"0.5\"},\"lifetime\":{\"N\":\"2\"}}},"
                + "\"spent\":{\"M\":{\"1h\":{\"N\":\"-0.001\"}}}}},"
                + "\"expiresAt\":{\"N\":\"1707692000\"}}");
  }

  @Test
  void readableItems_haveEveryValue_toTheLastBit() {
    Random random = new Random(6);
    ItemJson items = new ItemJson(ItemFormat.READABLE);
    for (int i = 0; i < ITEMS; i++) {
      String key = key(random);
      ItemValues values = values(random);
      OptionalLong expiresAt = expiry(random);
      JsonNode item = parse(items.encode(key, values, expiresAt));
      assertThat(item.at("/lastUpdate/N").asText())
          .isEqualTo(Long.toString(values.lastUpdateMillis()));
      checkKeyAndExpiry(item, key, values.schema().schema(), expiresAt, "lastUpdate", "counts");
      checkValues(item.at("/counts/M"), values);
    }
  }

  private static void checkValues(JsonNode counts, ItemValues values) {
    Schema schema = values.schema().schema();
    List<String> happened = new ArrayList<>();
    for (int measure = 0; measure < schema.measures().size(); measure++) {
      if (!values.hasNumbers(measure)) {
        continue;
      }
      String name = schema.measures().get(measure).name();
      happened.add(name);
      List<String> stored = new ArrayList<>();
      JsonNode written = counts.path(name).path("M");
      for (int interval = 0; interval < schema.intervals().size(); interval++) {
        double value = values.stored(measure, interval);
        if (Math.abs(value) >= SMALLEST) {
          String label = schema.intervals().get(interval).label();
          stored.add(label);
          assertThat(Double.parseDouble(written.path(label).path("N").textValue()))
              .isEqualTo(Math.max(-LARGEST, Math.min(LARGEST, value)));
        }
      }
      assertThat(written.fieldNames()).toIterable().containsExactlyElementsOf(stored);
    }
    assertThat(counts.fieldNames()).toIterable().containsExactlyElementsOf(happened);
  }

  private static void checkKeyAndExpiry(
      JsonNode item, String key, Schema schema, OptionalLong expiresAt, String... others) {
    assertThat(item.at("/key/S").textValue()).isEqualTo(key);
    assertThat(item.at("/featureName/S").textValue()).isEqualTo(schema.name());
    List<String> attributes = new ArrayList<>(List.of("key", "featureName"));
    attributes.addAll(List.of(others));
    expiresAt.ifPresent(
        seconds -> {
          attributes.add("expiresAt");
          assertThat(item.at("/expiresAt/N").textValue()).isEqualTo(Long.toString(seconds));
        });
    assertThat(item.fieldNames()).toIterable().containsExactlyElementsOf(attributes);
  }

  @Test
  void packedItems_haveTheCodecsBytes() throws IOException {
    Random random = new Random(7);
    ItemJson items = new ItemJson(ItemFormat.PACKED);
    for (int i = 0; i < ITEMS; i++) {
      String key = key(random);
      ItemValues values = values(random);
      OptionalLong expiresAt = expiry(random);
      JsonNode item = parse(items.encode(key, values, expiresAt));
      checkKeyAndExpiry(item, key, values.schema().schema(), expiresAt, "packed");
      AttributeValue packed =
          ItemCodec.encode(key, values, expiresAt, ItemFormat.PACKED).get("packed");
      assertThat(SdkBytes.fromByteArray(item.at("/packed/B").binaryValue())).isEqualTo(packed.b());
    }
  }

  @Test
  void valueThatIsNoNumber_isRefused() {
    ItemValues values = new ItemValues(SCHEMAS.get(0));
    values.number(0, 0, Double.NaN);
    assertThatThrownBy(
            () -> new ItemJson(ItemFormat.READABLE).encode("u", values, OptionalLong.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void batch_putsItsItems_inOneBody() {
    BatchWriteItemRequest request =
        new BatchWrites("Counters")
            .puts(List.of("{\"a\":{}}".getBytes(UTF_8), "{\"b\":{}}".getBytes(UTF_8)));
    assertThat(request.requestItems()).containsOnlyKeys("Counters");
    byte[] body =
        request
            .overrideConfiguration()
            .orElseThrow()
            .executionAttributes()
            .getAttribute(EncodedBodyInterceptor.BODY);
    assertThat(new String(body, UTF_8))
        .isEqualTo(
            "{\"RequestItems\":{\"Counters\":["
                + "{\"PutRequest\":{\"Item\":{\"a\":{}}}},{\"PutRequest\":{\"Item\":{\"b\":{}}}}]}}");
  }

  @Test
  void batch_removesItems_byTheirKeysAlone() {
    byte[] key = ItemJson.ofKey(new ItemKey("pair", "u\"1|p"));
    BatchWriteItemRequest request =
        new BatchWrites("Counters")
            .writes(List.of("{\"a\":{}}".getBytes(UTF_8), key), index -> index == 1);
    byte[] body =
        request
            .overrideConfiguration()
            .orElseThrow()
            .executionAttributes()
            .getAttribute(EncodedBodyInterceptor.BODY);
    assertThat(new String(body, UTF_8))
        .isEqualTo(
            "{\"RequestItems\":{\"Counters\":[{\"PutRequest\":{\"Item\":{\"a\":{}}}},"
                + "{\"DeleteRequest\":{\"Key\":{\"key\":{\"S\":\"u\\\"1|p\"},"
                + "\"featureName\":{\"S\":\"pair\"}}}}]}}");
  }

  private static String key(Random random) {
    return random
        .ints(1 + random.nextInt(8), 0, PIECES.length)
        .mapToObj(piece -> PIECES[piece])
        .collect(Collectors.joining());
  }

  private static OptionalLong expiry(Random random) {
    return random.nextBoolean()
        ? OptionalLong.empty()
        : OptionalLong.of(1_707_605_600L + random.nextInt());
  }

  private static ItemValues values(Random random) {
    ItemSchema items = SCHEMAS.get(random.nextInt(SCHEMAS.size()));
    Schema schema = items.schema();
    ItemValues values = new ItemValues(items);
    values.lastUpdate(1_707_605_600_000L + random.nextInt());
    for (int measure = 0; measure < schema.measures().size(); measure++) {
      if (random.nextInt(4) > 0) {
        for (int interval = 0; interval < schema.intervals().size(); interval++) {
          values.number(measure, interval, value(random));
        }
      }
    }
    return values;
  }

  /** Of any magnitude, including values that are not stored. */
  private static double value(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> random.nextInt(1_000_000);
      case 2 -> random.nextGaussian() * Math.pow(10, random.nextInt(300) - 150);
      case 3 -> 1e17 * random.nextDouble();
      case 4 -> Math.exp(-random.nextInt(745));
      default -> random.nextDouble();
    };
  }
}
