package io.countermachine.bench.jobs;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.ItemCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.serialization.AbstractDeserializationSchema;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequestType;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The source tutorial's job, translated: object mapper, key by event name and key, tumbling windows
 * of five seconds of event time, reduce, a window function with a value state of maps and a time to
 * live, and one put per window and key. Where the catalog has several groups, each event is copied
 * for each of them first.
 *
 * <p>The tutorial's watermarks drop every late event. This job's wait for the latest there are, as
 * it should count the same as the others; nothing else is changed for that, and the windows are the
 * same.
 */
public final class TutorialJob {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration LATEST = Duration.ofSeconds(65);
  private static final Duration STATE_TTL = Duration.ofDays(30);

  private TutorialJob() {}

  public static void main(String[] arguments) throws Exception {
    JobArguments options = JobArguments.parse(arguments);
    ItemSinks.createTable(options);
    Catalog catalog = CatalogLoader.load(options.catalog());
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            Configuration.fromMap(options.flinkProperties()));
    KafkaSource<Engagement> source =
        KafkaSource.<Engagement>builder()
            .setProperties(options.kafkaProperties())
            .setTopics(options.topic())
            .setGroupId("tutorial")
            .setStartingOffsets(OffsetsInitializer.earliest())
            .setValueOnlyDeserializer(new EngagementSchema())
            .build();
    env.fromSource(
            source,
            WatermarkStrategy.<Engagement>forBoundedOutOfOrderness(LATEST)
                .withTimestampAssigner((event, timestamp) -> event.eventTs * 1_000),
            "events")
        .flatMap(new KeyedEngagements(catalog))
        .returns(TypeInformation.of(KeyedEngagement.class))
        .keyBy(new ByNameAndKey(), Types.TUPLE(Types.STRING, Types.STRING))
        .window(TumblingEventTimeWindows.of(WINDOW))
        .reduce(TutorialJob::sum, new DecayedCounts(intervals(catalog)))
        .returns(TypeInformation.of(FeatureRow.class))
        .sinkTo(ItemSinks.create(options, new RowConverter()));
    env.execute("tutorial");
  }

  /** Interval labels and their tau in milliseconds, by the name of the event. */
  private static Map<String, Map<String, Double>> intervals(Catalog catalog) {
    Map<String, Map<String, Double>> byKind = new HashMap<>();
    for (var group : catalog.groups()) {
      Map<String, Double> taus = new HashMap<>();
      for (int i = 0; i < group.intervals().size(); i++) {
        taus.put(group.intervals().get(i).label(), group.tauMillis(i));
      }
      byKind.put(group.name(), taus);
    }
    return byKind;
  }

  private static KeyedEngagement sum(KeyedEngagement one, KeyedEngagement other) {
    KeyedEngagement sum = new KeyedEngagement();
    sum.group = one.group;
    sum.eventName = one.eventName;
    sum.key = one.key;
    sum.amount = one.amount + other.amount;
    return sum;
  }

  private static final class ByNameAndKey
      implements KeySelector<KeyedEngagement, Tuple2<String, String>> {
    private static final long serialVersionUID = 1L;

    @Override
    public Tuple2<String, String> getKey(KeyedEngagement event) {
      return Tuple2.of(event.eventName, event.key);
    }
  }

  private static final class EngagementSchema extends AbstractDeserializationSchema<Engagement> {
    private static final long serialVersionUID = 1L;

    private transient ObjectMapper mapper;

    @Override
    public void open(InitializationContext context) {
      mapper = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    }

    @Override
    public Engagement deserialize(byte[] message) throws IOException {
      return mapper.readValue(message, Engagement.class);
    }
  }

  /** Adds each window's count to the decayed counts of its name and key. */
  private static final class DecayedCounts
      extends ProcessWindowFunction<
          KeyedEngagement, FeatureRow, Tuple2<String, String>, TimeWindow> {
    private static final long serialVersionUID = 1L;

    private final HashMap<String, Map<String, Double>> taus;
    private transient ValueState<FeatureRow> rows;

    private DecayedCounts(Map<String, Map<String, Double>> taus) {
      this.taus = new HashMap<>(taus);
    }

    @Override
    public void open(Configuration parameters) {
      ValueStateDescriptor<FeatureRow> descriptor =
          new ValueStateDescriptor<>("counts", TypeInformation.of(FeatureRow.class));
      descriptor.enableTimeToLive(StateTtlConfig.newBuilder(STATE_TTL).build());
      rows = getRuntimeContext().getState(descriptor);
    }

    @Override
    public void process(
        Tuple2<String, String> key,
        Context context,
        Iterable<KeyedEngagement> elements,
        Collector<FeatureRow> out)
        throws Exception {
      KeyedEngagement added = elements.iterator().next();
      long end = context.window().getEnd();
      FeatureRow old = rows.value();
      FeatureRow row = new FeatureRow();
      row.key = added.key;
      row.featureName = added.eventName;
      row.lastUpdate = end;
      row.counts = new HashMap<>();
      taus.get(added.group)
          .forEach(
              (label, tau) -> {
                double before =
                    old == null
                        ? 0
                        : old.counts.get(label) * Math.exp(-(end - old.lastUpdate) / tau);
                row.counts.put(label, before + added.amount);
              });
      rows.update(row);
      out.collect(row);
    }
  }

  private static final class RowConverter
      implements ElementConverter<FeatureRow, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1L;

    @Override
    public DynamoDbWriteRequest apply(FeatureRow row, SinkWriter.Context context) {
      Map<String, AttributeValue> values = new HashMap<>();
      row.counts.forEach(
          (label, value) -> values.put(label, AttributeValue.fromN(Double.toString(value))));
      return DynamoDbWriteRequest.builder()
          .setType(DynamoDbWriteRequestType.PUT)
          .setItem(
              Map.of(
                  ItemCodec.KEY, AttributeValue.fromS(row.key),
                  ItemCodec.FEATURE_NAME, AttributeValue.fromS(row.featureName),
                  ItemCodec.LAST_UPDATE, AttributeValue.fromN(Long.toString(row.lastUpdate)),
                  ItemCodec.COUNTS,
                      AttributeValue.fromM(Map.of(row.featureName, AttributeValue.fromM(values)))))
          .build();
    }
  }
}
