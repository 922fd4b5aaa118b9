package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.features.v1.Column;
import io.countermachine.features.v1.Entries;
import io.countermachine.features.v1.Entry;
import io.countermachine.features.v1.FeatureResponse;
import io.countermachine.features.v1.Labels;
import io.countermachine.features.v1.Rows;
import io.countermachine.features.v1.Scalar;
import io.countermachine.features.v1.Value;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.Occurrence;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.ProtobufBytes;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.evaluate.Status;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FeatureColumnsTest {
  private static final long NOW = 1_707_605_600_000L;
  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "test.yaml",
          """
          events: {view: {}, like: {}}
          intervals: [lifetime]
          groups:
            user: {key: [userId], counts: [view]}
            post:
              key: [postId]
              counts: [view, like]
              histograms: {countries: {of: view, by: country, keep: 1}}
              features:
                ctr: like / view
                kind: "if(view > 3, 'hot', 'new')"
                local: countries[country]
            reader:
              key: [userId]
              lists: {recent: {of: view, fields: [postId, price]}}
              lasts: {number: {of: view, field: postId}, device: {of: view, field: device}}
          """);
  private static final LimitsProperties LIMITS =
      new LimitsProperties(10_000, 100, 100, 100, 1_000, 100);

  private final Map<ItemKey, StoredItem> items = new HashMap<>();
  private final ProtobufBytes bytes = new ProtobufBytes();

  private Counters counters(String group) {
    return new Counters(CATALOG.group(group).orElseThrow().schema());
  }

  private void put(String group, String key, Counters counters) {
    items.put(
        new ItemKey(group, key),
        new StoredItem(
            ItemValues.of(CATALOG.group(group).orElseThrow().itemSchema(), counters),
            OptionalLong.empty()));
  }

  private FeatureResponse answer(String body) throws InvalidProtocolBufferException {
    FeatureRequest request =
        new FeatureRequestReader(new FeatureRequestRules(CATALOG, LIMITS))
            .read(body.getBytes(UTF_8));
    RequestKeys keys = new RequestKeys(request, LIMITS);
    FeatureColumnsWriter.write(
        new FeatureValues(
            keys,
            new FeatureEvaluator(new MemoryStore(), () -> CountedMeasures.ALL, KeyRules.NONE)
                .evaluate(
                    keys,
                    keys.asOfMillis(NOW),
                    NOW,
                    Deadline.after(Duration.ofSeconds(20)),
                    new ServerTiming())),
        bytes);
    return FeatureResponse.parseFrom(bytes.toArray());
  }

  private final class MemoryStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        StoredItem item = items.get(keys.get(i));
        listener.onResult(
            i, item == null ? ReadResult.absent(1) : ReadResult.found(item, System.nanoTime()));
      }
    }

    @Override
    public void check() {
      // Memory is always available.
    }
  }

  @Test
  void entries_areMessages_andIntegersHaveAllTheirDigits() throws InvalidProtocolBufferException {
    Counters reader = counters("reader");
    add(reader, "recent", NOW - 2, "p1", 1.5);
    add(reader, "recent", NOW - 1, 9_007_199_254_740_993L, null);
    add(reader, "number", NOW, 9_007_199_254_740_993L);
    add(reader, "device", NOW, 5L);
    put("reader", "u", reader);

    FeatureResponse answer =
        answer(
            """
            {"features": ["reader.recent", "reader.number", "reader.device", "reader.recent.size"],
             "candidates": [{"userId": "u"}, {"userId": "nobody"}, {}], "asOf": %d}"""
                .formatted(NOW));

    Column recent = answer.getColumns(0);
    assertThat(recent.getNumbersList()).containsExactly(Double.NaN, Double.NaN, Double.NaN);
    assertThat(recent.getValuesList())
        .containsExactly(
            Value.newBuilder()
                .setEntries(
                    Entries.newBuilder()
                        .addEntries(
                            Entry.newBuilder()
                                .setAt(NOW - 1)
                                .putFields(
                                    "postId",
                                    Scalar.newBuilder().setInteger(9_007_199_254_740_993L).build()))
                        .addEntries(
                            Entry.newBuilder()
                                .setAt(NOW - 2)
                                .putFields("postId", Scalar.newBuilder().setText("p1").build())
                                .putFields("price", Scalar.newBuilder().setNumber(1.5).build())))
                .build(),
            // A shared row has an empty list. Without a key, there is no list.
            Value.newBuilder().setRow(1).setEntries(Entries.getDefaultInstance()).build());
    assertThat(answer.getColumns(1).getValuesList())
        .containsExactly(Value.newBuilder().setInteger(9_007_199_254_740_993L).build());
    // A number that fits into a double needs no value in addition.
    assertThat(answer.getColumns(2).getValuesList()).isEmpty();
    assertThat(answer.getColumns(2).getNumbersList()).containsExactly(5.0, Double.NaN, Double.NaN);
    assertThat(answer.getColumns(3).getNumbersList()).containsExactly(2.0, 0.0, Double.NaN);
  }

  private static void add(Counters counters, String measure, long at, Object... fields) {
    counters.add(counters.schema().measureIndex(measure), new Occurrence().at(at).fields(fields));
  }

  private void fill() {
    Counters user = counters("user");
    user.add(0, 7, NOW);
    put("user", "u", user);
    Counters post = counters("post");
    post.add(0, 4, NOW);
    post.add(1, 1, NOW);
    int countries = 2;
    post.add(countries, new Occurrence().at(NOW).weight(3).label("DE"));
    post.add(countries, new Occurrence().at(NOW).weight(1).label("AT"));
    put("post", "a", post);
  }

  @Test
  void results_shareTheRowOfTheirKey_andThatOfAbsentAndLackingKeys()
      throws InvalidProtocolBufferException {
    fill();
    FeatureResponse answer =
        answer(
            """
            {"features": ["user.view.lifetime", "post.view.lifetime", "post.ctr.lifetime"], "context": {"userId": "u"},
             "candidates": [{"postId": "a"}, {"postId": "b"}, {}, {"postId": "a"}, {"postId": "c"}],
             "asOf": %d, "include": ["statuses"]}"""
                .formatted(NOW));
    assertThat(answer.getMetadata().getAsOf()).isEqualTo(NOW);
    assertThat(answer.getMetadata().getResults()).isEqualTo(5);
    assertThat(answer.getMetadata().getCatalog()).isEqualTo(CATALOG.hash());
    assertThat(answer.getMetadata().getFeaturesList())
        .containsExactly("user.view.lifetime", "post.view.lifetime", "post.ctr.lifetime");
    assertThat(answer.getMetadata().hasContexts()).isFalse();
    assertThat(answer.getRowsList())
        .extracting(Rows::getRowOfResultList)
        .containsExactly(List.of(0, 0, 0, 0, 0), List.of(0, 1, 2, 0, 1));
    assertThat(answer.getColumnsList()).extracting(Column::getRows).containsExactly(1, 2, 2);
    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(7.0);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(4.0, 0.0, Double.NaN);
    assertThat(answer.getColumns(2).getNumbersList()).containsExactly(0.25, Double.NaN, Double.NaN);
    assertThat(answer.getColumns(0).getStatuses().toByteArray()).containsExactly(0);
    assertThat(answer.getColumns(1).getStatuses().toByteArray()).containsExactly(0, 1, 3);
  }

  @Test
  void rows_areLeftOut_whereEachResultHasItsOwn() throws InvalidProtocolBufferException {
    fill();
    FeatureResponse answer =
        answer(
            """
            {"features": ["post.view.lifetime", "post.local.lifetime"],
             "candidates": [{"postId": "a", "country": "DE"}, {"postId": "b", "country": "DE"}]}""");
    assertThat(answer.getRowsCount()).isZero();
    assertThat(answer.getColumnsList()).extracting(Column::getRows).containsExactly(0, 0);
    assertThat(answer.getColumns(0).getNumbersList()).containsExactly(4.0, 0.0);
    assertThat(answer.getColumns(1).getNumbersList()).containsExactly(3.0, 0.0);
    assertThat(answer.getColumns(0).getStatuses().isEmpty()).as("not asked for").isTrue();
  }

  @Test
  void valuesThatAreNoNumbers_standBesideTheirRow() throws InvalidProtocolBufferException {
    fill();
    FeatureResponse answer =
        answer(
            """
            {"features": ["post.countries.lifetime", "post.kind.lifetime"],
             "candidates": [{"postId": "a"}, {"postId": "b"}, {"postId": "a"}, {}]}""");
    assertThat(answer.getColumns(0).getNumbersList())
        .containsExactly(Double.NaN, Double.NaN, Double.NaN);
    assertThat(answer.getColumns(0).getValuesList())
        .containsExactly(
            Value.newBuilder()
                .setLabels(
                    Labels.newBuilder()
                        .addLabels("DE")
                        .addLabels("other")
                        .addNumbers(3)
                        .addNumbers(1))
                .build(),
            Value.newBuilder().setRow(1).setLabels(Labels.getDefaultInstance()).build());
    assertThat(answer.getColumns(1).getValuesList())
        .containsExactly(
            Value.newBuilder().setText("hot").build(),
            Value.newBuilder().setRow(1).setText("new").build());
  }

  @Test
  void contexts_areAnsweredOneAfterTheOther() throws InvalidProtocolBufferException {
    fill();
    FeatureResponse answer =
        answer(
            """
            {"features": ["user.view.lifetime", "post.view.lifetime"],
             "contexts": [{"userId": "u"}, {"userId": "v"}, {}],
             "candidates": [{"postId": "a"}, {"postId": "b"}, {"userId": "u"}]}""");
    assertThat(answer.getMetadata().getContexts()).isEqualTo(3);
    assertThat(answer.getMetadata().getResults()).isEqualTo(9);
    assertThat(dense(answer, 0)).containsExactly(7, 7, 7, 0, 0, 7, Double.NaN, Double.NaN, 7);
    assertThat(dense(answer, 1))
        .containsExactly(4, 0, Double.NaN, 4, 0, Double.NaN, 4, 0, Double.NaN);
  }

  private static double[] dense(FeatureResponse answer, int feature) {
    Column column = answer.getColumns(feature);
    double[] dense = new double[answer.getMetadata().getResults()];
    for (int result = 0; result < dense.length; result++) {
      dense[result] =
          column.getNumbers(
              column.getRows() == 0
                  ? result
                  : answer.getRows(column.getRows() - 1).getRowOfResult(result));
    }
    return dense;
  }

  @Test
  void everyStatus_hasItsNumberInTheMessage() {
    for (Status status : Status.values()) {
      assertThat(io.countermachine.features.v1.Status.forNumber(status.index()).name())
          .isEqualTo(status.name());
    }
  }

  @Test
  void bytesOfALargeAnswer_areLetGo() throws InvalidProtocolBufferException {
    StringBuilder labels = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      labels.append(i == 0 ? "" : ",").append("{\"postId\":\"").append(i).append("\"}");
    }
    FeatureResponse answer =
        answer("{\"features\":[\"post.view.lifetime\"],\"candidates\":[" + labels + "]}");
    assertThat(answer.getColumns(0).getNumbersList()).as("all absent: one row").hasSize(1);
    int before = bytes.capacity();
    bytes.clear();
    assertThat(bytes.capacity()).isEqualTo(before);
    assertThat(bytes.size()).isZero();
  }
}
