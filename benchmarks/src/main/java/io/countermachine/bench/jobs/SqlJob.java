package io.countermachine.bench.jobs;

import io.countermachine.catalog.Group;
import io.countermachine.measure.Measure;
import io.countermachine.measure.MeasureKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.sink.writer.ElementConverter;
import org.apache.flink.connector.dynamodb.sink.DynamoDbWriteRequest;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

/**
 * The same counts in Flink SQL, with one aggregation per group, mini-batches and two-phase
 * aggregation: the likely alternative of a user. Its sums do not decay, so it does less work.
 */
public final class SqlJob {
  private static final String LIFETIME = "lifetime";

  /**
   * In events: more than arrive in a second, so that only the latency ends a batch, as in the
   * streaming job.
   */
  private static final String MINI_BATCH_SIZE = "1000000";

  private SqlJob() {}

  public static void main(String[] arguments) throws Exception {
    ContenderSetup setup = ContenderSetup.of(arguments);
    Map<String, String> settings = new HashMap<>(setup.options().flinkProperties());
    settings.put("table.exec.mini-batch.enabled", "true");
    settings.put(
        "table.exec.mini-batch.allow-latency", setup.options().flushInterval().toMillis() + "ms");
    settings.put("table.exec.mini-batch.size", MINI_BATCH_SIZE);
    settings.put("table.optimizer.agg-phase-strategy", "TWO_PHASE");
    settings.put("pipeline.object-reuse", "true");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(Configuration.fromMap(settings));
    StreamTableEnvironment tables = StreamTableEnvironment.create(env);
    tables.executeSql(source(setup));
    for (Group group : setup.catalog().groups()) {
      tables
          .toChangelogStream(
              tables.sqlQuery(query(group)),
              Schema.newBuilder().primaryKey(group.keyFields()).build(),
              ChangelogMode.upsert())
          .sinkTo(setup.sink(new RowConverter(group)))
          .name(group.name());
    }
    env.execute("sql");
  }

  private static String source(ContenderSetup setup) {
    return """
        CREATE TABLE events (
          eventName STRING, userId STRING NOT NULL, postId STRING NOT NULL,
          creatorId STRING NOT NULL, categoryId STRING NOT NULL, eventTs BIGINT, durationMs DOUBLE
        ) WITH (
          'connector' = 'kafka', 'topic' = '%s', 'properties.bootstrap.servers' = '%s',
          'properties.group.id' = 'sql', 'properties.interceptor.classes' = '%s',
          'scan.startup.mode' = 'earliest-offset', 'format' = 'json'
        )"""
        .formatted(setup.topic(), setup.options().bootstrapServers(), ReadMeter.class.getName());
  }

  private static String query(Group group) {
    StringBuilder query = new StringBuilder("SELECT ");
    query.append(String.join(", ", group.keyFields()));
    query.append(", MAX(eventTs) AS lastUpdate");
    List<String> names = new ArrayList<>();
    for (Measure measure : group.schema().measures()) {
      String value = measure.kind().equals(MeasureKind.sum()) ? "SUM(durationMs)" : "COUNT(*)";
      query.append(
          ", %s FILTER (WHERE eventName = '%s') AS `%s`"
              .formatted(value, measure.name(), measure.name()));
      names.add("'" + measure.name() + "'");
    }
    return query
        .append(" FROM events WHERE eventName IN (")
        .append(String.join(", ", names))
        .append(") GROUP BY ")
        .append(String.join(", ", group.keyFields()))
        .toString();
  }

  private static final class RowConverter implements ElementConverter<Row, DynamoDbWriteRequest> {
    private static final long serialVersionUID = 1L;

    private final String group;
    private final ArrayList<String> keyFields;
    private final ArrayList<String> measures = new ArrayList<>();

    private RowConverter(Group group) {
      this.group = group.name();
      keyFields = new ArrayList<>(group.keyFields());
      group.schema().measures().forEach(measure -> measures.add(measure.name()));
    }

    @Override
    public DynamoDbWriteRequest apply(Row row, SinkWriter.Context context) {
      if (row.getKind() == RowKind.DELETE) {
        throw new IllegalStateException("counts never end");
      }
      List<String> key = new ArrayList<>();
      keyFields.forEach(field -> key.add(row.<String>getFieldAs(field)));
      Map<String, Map<String, Number>> counts = new HashMap<>();
      for (String measure : measures) {
        Number value = row.getFieldAs(measure);
        if (value != null) {
          counts.put(measure, Map.of(LIFETIME, value));
        }
      }
      long lastUpdateMillis = row.<Long>getFieldAs("lastUpdate") * 1_000;
      return ContenderSetup.put(String.join("|", key), group, lastUpdateMillis, counts);
    }
  }
}
