package io.countermachine.bench.jobs;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Group;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import java.io.IOException;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
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
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.TumblingEventTimeWindows;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.util.Collector;

/**
 * A translation of the source tutorial's job: object mapper, key by event name and key, tumbling
 * windows of five seconds of event time, reduce, a window function with a value state of maps and a
 * time to live, and one put per window and key. If the catalog has several groups, each event is
 * first copied for each of them.
 *
 * <p>The tutorial's watermarks drop every late event. This job's watermarks wait for the latest
 * events, so that it counts the same as the others. Nothing else is changed for that, and the
 * windows are the same.
 */
public final class TutorialJob {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final Duration LATEST = Duration.ofSeconds(65);
  private static final Duration STATE_TTL = Duration.ofDays(30);

  private TutorialJob() {}

  public static void main(String[] arguments) throws Exception {
    ContenderSetup setup = ContenderSetup.of(arguments);
    Catalog catalog = setup.catalog();
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(
            Configuration.fromMap(setup.options().flinkProperties()));
    KafkaSource<Engagement> source =
        KafkaSource.<Engagement>builder()
            .setProperties(setup.kafkaProperties())
            .setTopics(setup.topic())
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
        .sinkTo(setup.sink(new RowConverter()));
    env.execute("tutorial");
  }

  /** An event as the object mapper reads it; a POJO for Flink. */
  public static final class Engagement {
    public String eventName;
    public String userId;
    public String postId;
    public String creatorId;
    public String categoryId;
    public long eventTs;
    public double durationMs;

    private String field(String name) {
      return switch (name) {
        case "userId" -> userId;
        case "postId" -> postId;
        case "creatorId" -> creatorId;
        case "categoryId" -> categoryId;
        default -> throw new IllegalArgumentException("the events have no " + name);
      };
    }
  }

  /** An event for one group, or the sum of several; a POJO for Flink. */
  public static final class KeyedEngagement {
    public String group;
    public String eventName;
    public String key;
    public double amount;
  }

  /** Decayed counts of one event name and key by interval, as of an instant; a POJO for Flink. */
  public static final class FeatureRow {
    public String key;
    public String featureName;
    public long lastUpdate;
    public Map<String, Double> counts;
  }

  /** Copies an event for each group that counts it and whose key it has. */
  private static final class KeyedEngagements
      implements FlatMapFunction<Engagement, KeyedEngagement> {
    private static final long serialVersionUID = 1L;

    private record Target(String group, ArrayList<String> keyFields, boolean sums)
        implements Serializable {}

    private final HashMap<String, ArrayList<Target>> targets = new HashMap<>();

    private KeyedEngagements(Catalog catalog) {
      for (Group group : catalog.groups()) {
        for (Measure measure : group.schema().measures()) {
          targets
              .computeIfAbsent(measure.name(), first -> new ArrayList<>())
              .add(
                  new Target(
                      group.name(),
                      new ArrayList<>(group.keyFields()),
                      measure.kind().equals(MeasureKind.sum())));
        }
      }
    }

    @Override
    public void flatMap(Engagement event, Collector<KeyedEngagement> out) {
      for (Target target : targets.getOrDefault(event.eventName, new ArrayList<>())) {
        List<String> values = new ArrayList<>();
        target.keyFields().forEach(field -> values.add(event.field(field)));
        if (!values.contains(null)) {
          KeyedEngagement keyed = new KeyedEngagement();
          keyed.group = target.group();
          keyed.eventName = event.eventName;
          keyed.key = String.join("|", values);
          keyed.amount = target.sums() ? event.durationMs : 1;
          out.collect(keyed);
        }
      }
    }
  }

  /** Tau in milliseconds by group and interval label. */
  private static Map<String, Map<String, Double>> intervals(Catalog catalog) {
    Map<String, Map<String, Double>> byGroup = new HashMap<>();
    for (Group group : catalog.groups()) {
      Map<String, Double> taus = new HashMap<>();
      for (int i = 0; i < group.schema().intervals().size(); i++) {
        taus.put(group.schema().intervals().get(i).label(), group.schema().tauMillis(i));
      }
      byGroup.put(group.name(), taus);
    }
    return byGroup;
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
      return ContenderSetup.put(
          row.key,
          row.featureName,
          row.lastUpdate,
          Map.of(row.featureName, new HashMap<>(row.counts)));
    }
  }
}
