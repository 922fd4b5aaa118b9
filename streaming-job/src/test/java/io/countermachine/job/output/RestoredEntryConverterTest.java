package io.countermachine.job.output;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.item.ItemKey;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.connector.base.sink.writer.BufferedRequestState;
import org.apache.flink.connector.base.sink.writer.RequestEntryWrapper;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class RestoredEntryConverterTest {
  private static final ObjectMapper LIBRARY = new ObjectMapper();

  /** An item as 0.1.0 passed it to the sink. */
  private static Map<String, AttributeValue> readable() {
    return Map.of(
        "key", AttributeValue.fromS("a|\"b\""),
        "featureName", AttributeValue.fromS("user"),
        "lastUpdate", AttributeValue.fromN("1707605599000"),
        "expiresAt", AttributeValue.fromN("1707692000"),
        "counts",
            AttributeValue.fromM(
                Map.of(
                    "like",
                    AttributeValue.fromM(
                        Map.of(
                            "5s", AttributeValue.fromN("1.0E-7"),
                            "lifetime", AttributeValue.fromN("2"))),
                    "view",
                    AttributeValue.fromM(Map.of()))));
  }

  private static DynamoDbWriteRequest entry(Map<String, AttributeValue> item) {
    return DynamoDbWriteRequest.builder()
        .setType(DynamoDbWriteRequestType.PUT)
        .setItem(item)
        .build();
  }

  private static WriteRequest write(DynamoDbWriteRequest entry) {
    return WriteRequest.builder().putRequest(put -> put.item(entry.getItem())).build();
  }

  private static String json(DynamoDbWriteRequest entry) {
    return new String(EncodedItem.json(write(entry)), UTF_8);
  }

  @Test
  void entriesOfAnEarlierRelease_becomeCarriers_inTheirOrder() throws IOException {
    Map<String, AttributeValue> packed = new LinkedHashMap<>();
    packed.put("featureName", AttributeValue.fromS("post"));
    packed.put("key", AttributeValue.fromS("p"));
    packed.put("packed", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, 2, -1})));
    BufferedRequestState<DynamoDbWriteRequest> state =
        new BufferedRequestState<>(
            List.of(
                new RequestEntryWrapper<>(entry(readable()), 7),
                new RequestEntryWrapper<>(entry(packed), 8)));

    List<RequestEntryWrapper<DynamoDbWriteRequest>> restored =
        RestoredEntryConverter.toEncodedItems(List.of(state), 5_000)
            .get(0)
            .getBufferedRequestEntries();

    assertThat(restored).extracting(RequestEntryWrapper::getSize).containsExactly(7L, 8L);
    DynamoDbWriteRequest first = restored.get(0).getRequestEntry();
    assertThat(first.getType()).isEqualTo(DynamoDbWriteRequestType.PUT);
    assertThat(first.getItem())
        .hasSize(3)
        .containsEntry("id", AttributeValue.fromS("user.a|\"b\""));
    assertThat(EncodedItem.changedMillis(write(first))).hasValue(5_000);
    assertThat(LIBRARY.readTree(json(first)))
        .isEqualTo(
            LIBRARY.readTree(
                """
                {"key": {"S": "a|\\"b\\""}, "featureName": {"S": "user"},
                 "lastUpdate": {"N": "1707605599000"}, "expiresAt": {"N": "1707692000"},
                 "counts": {"M": {
                   "like": {"M": {"5s": {"N": "1.0E-7"}, "lifetime": {"N": "2"}}},
                   "view": {"M": {}}}}}
                """));
    assertThat(json(restored.get(1).getRequestEntry()))
        .isEqualTo(
            "{\"featureName\":{\"S\":\"post\"},\"key\":{\"S\":\"p\"},\"packed\":{\"B\":\"AQL/\"}}");
  }

  @Test
  void encodedItems_stayAsTheyAre() {
    DynamoDbWriteRequest encoded =
        EncodedItem.of(new ItemKey("user", "u"), "{}".getBytes(UTF_8), 7);
    BufferedRequestState<DynamoDbWriteRequest> state =
        new BufferedRequestState<>(List.of(new RequestEntryWrapper<>(encoded, 0)));
    assertThat(
            RestoredEntryConverter.toEncodedItems(List.of(state), 5_000)
                .get(0)
                .getBufferedRequestEntries()
                .get(0)
                .getRequestEntry())
        .isSameAs(encoded);
  }

  /** The form of a release that stored the keys as separate attributes. */
  @Test
  void encodedItemsOfAnEarlierRelease_stayAsTheyAre_andHaveTheirKey() {
    Map<String, AttributeValue> item =
        Map.of(
            "id", AttributeValue.fromS("user.a.b"),
            "key", AttributeValue.fromS("a.b"),
            "featureName", AttributeValue.fromS("user"),
            "json", AttributeValue.fromB(SdkBytes.fromUtf8String("{}")));
    BufferedRequestState<DynamoDbWriteRequest> state =
        new BufferedRequestState<>(List.of(new RequestEntryWrapper<>(entry(item), 7)));
    DynamoDbWriteRequest restored =
        RestoredEntryConverter.toEncodedItems(List.of(state), 5_000)
            .get(0)
            .getBufferedRequestEntries()
            .get(0)
            .getRequestEntry();

    assertThat(restored.getItem()).isEqualTo(item);
    assertThat(json(restored)).isEqualTo("{}");
    assertThat(EncodedItem.changedMillis(write(restored))).isEmpty();
    assertThat(EncodedItem.key(write(restored))).isEqualTo(new ItemKey("user", "a.b"));
  }

  @Test
  void attributeThatNoReleaseWrote_isRefused() {
    Map<String, AttributeValue> item = new LinkedHashMap<>(readable());
    item.put("a", AttributeValue.fromBool(true));
    BufferedRequestState<DynamoDbWriteRequest> state =
        new BufferedRequestState<>(List.of(new RequestEntryWrapper<>(entry(item), 7)));

    assertThatThrownBy(() -> RestoredEntryConverter.toEncodedItems(List.of(state), 5_000))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("BOOL");
  }
}
