package io.countermachine.job;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Rules;
import io.countermachine.catalog.yaml.CatalogException;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.job.backfill.SumSource;
import io.countermachine.job.config.CatalogText;
import io.countermachine.job.config.JobOptions;
import io.countermachine.job.counting.HistoryCut;
import io.countermachine.job.ingest.EventTime;
import io.countermachine.job.ingest.EventsSource;
import io.countermachine.job.ingest.SourceRecord;
import io.countermachine.job.output.DeadLetterLimits;
import io.countermachine.job.output.DeadLetterSink;
import io.countermachine.job.output.EmittedRecordSink;
import io.countermachine.job.output.ItemSink;
import io.countermachine.job.output.TableCatalogItems;
import io.countermachine.job.rules.TopicRuleBooks;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/**
 * The streaming job's main class: reads the settings, checks their preconditions, builds the graph
 * and runs it.
 */
public final class CounterJob {
  private static final Logger LOG = LoggerFactory.getLogger(CounterJob.class);

  /**
   * Sums before the shuffle wait at most the flush interval divided by this number, so that they
   * add little delay.
   */
  private static final int PRE_AGGREGATIONS_PER_FLUSH = 5;

  private static final int PRE_AGGREGATE_KEYS = 10_000;

  private CounterJob() {}

  /**
   * Runs the job until it is cancelled. Throws, which fails the submission, if the job cannot
   * start.
   */
  public static void main(String[] arguments) throws Exception {
    JobOptions options = JobOptions.parse(arguments);
    CatalogText catalog = readCatalog(options);
    RetainCheck.require(catalog.catalog(), options.flushInterval());
    KafkaPropertiesCheck.requireValid(options);
    Configuration caller = Configuration.fromMap(options.flinkProperties());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment(caller);
    Configuration flink = FlinkDefaults.complete(env.getConfiguration(), options.flinkProperties());
    if (env instanceof LocalStreamEnvironment) {
      FlinkDefaults.addLocal(flink, options.flinkProperties());
      env = StreamExecutionEnvironment.createLocalEnvironmentWithWebUI(flink);
    }
    env.configure(flink, CounterJob.class.getClassLoader());

    checkExactness(options, env);
    Topics.check(
        options, catalog.catalog().rules().map(Rules::topic), catalog.catalog().emittedTopics());
    StartingPoint start = prepareTable(options, env);
    if (start.lossy()) {
      LOG.warn("{}", start.why());
    } else {
      LOG.info("{}", start.why());
    }
    configureState(env, start, catalog.catalog(), options);
    build(env, options, catalog, start, DeadLetterTopic.limits(options));
    env.execute("counter-machine");
  }

  private static void checkExactness(JobOptions options, StreamExecutionEnvironment env) {
    if (options.inexactAllowed()) {
      ExactnessCheck.faults(env.getConfiguration(), options.kafkaProperties())
          .forEach(fault -> LOG.warn("--allow-inexact: counters may be inexact: {}", fault));
    } else {
      ExactnessCheck.requireExact(env.getConfiguration(), options.kafkaProperties());
    }
  }

  /** Configures how state is restored or, for a new job, its max parallelism. */
  private static void configureState(
      StreamExecutionEnvironment env, StartingPoint start, Catalog catalog, JobOptions options)
      throws IOException {
    ReadableConfig configured = env.getConfiguration();
    SavepointRestoreSettings given = SavepointRestoreSettings.fromConfiguration(configured);
    Configuration settings = new Configuration();
    if (start.restorePath().isPresent()) {
      settings =
          RestoredState.read(start.restorePath().get())
              .settings(true, catalog, options.backfillTopic().isPresent(), configured);
    } else if (given.restoreSavepoint()) {
      settings = givenState(given.getRestorePath(), catalog, options, configured);
    } else if (configured.getOptional(PipelineOptions.MAX_PARALLELISM).isEmpty()) {
      settings.set(PipelineOptions.MAX_PARALLELISM, FlinkDefaults.MAX_PARALLELISM);
    }
    env.configure(settings, CounterJob.class.getClassLoader());
  }

  /**
   * If this process cannot read the state, the cluster may be able to. Flink then takes over the
   * state's max parallelism.
   */
  private static Configuration givenState(
      String path, Catalog catalog, JobOptions options, ReadableConfig configured) {
    try {
      return RestoredState.read(path)
          .settings(false, catalog, options.backfillTopic().isPresent(), configured);
    } catch (IOException e) {
      LOG.warn("cannot read {} here; Flink will read it: {}", path, e.toString());
      return new Configuration();
    }
  }

  private static CatalogText readCatalog(JobOptions options) throws IOException {
    CatalogText text =
        options.catalog().isPresent()
            ? CatalogText.read(options.catalog().get())
            : new CatalogText(CatalogLoader.BUNDLED, CatalogLoader.bundledText());
    try {
      text.catalog();
    } catch (CatalogException e) {
      throw new IllegalArgumentException("the catalog is not valid:\n" + e.getMessage(), e);
    }
    return text;
  }

  private static StartingPoint prepareTable(JobOptions options, StreamExecutionEnvironment env)
      throws IOException {
    try (DynamoDbClient client = client(options)) {
      CounterTable table = new CounterTable(client, options.table());
      if (options.createTable()) {
        table.createIfMissing();
      } else {
        table.check();
      }
      StartingPoint start =
          StartingPoint.choose(options.start(), env.getConfiguration(), table, options.republish());
      if (options.republish()) {
        table.requestRepublish(UUID.randomUUID().toString());
      }
      return start;
    }
  }

  private static DynamoDbClient client(JobOptions options) {
    DynamoDbClientBuilder builder = DynamoDbClient.builder().region(Region.of(options.region()));
    options.dynamoDbEndpoint().ifPresent(builder::endpointOverride);
    return builder.build();
  }

  private static boolean restores(StreamExecutionEnvironment env, StartingPoint start) {
    return start.restorePath().isPresent()
        || SavepointRestoreSettings.fromConfiguration(env.getConfiguration()).restoreSavepoint();
  }

  /**
   * Where history is cut: new measures are counted from now on, and the item says since when all
   * others are.
   */
  private static HistoryCut historyCut(
      String topic, JobOptions options, Catalog catalog, boolean restores) {
    try (DynamoDbClient client = client(options)) {
      return new CounterTable(client, options.table())
          .catalogItem()
          .filter(item -> restores)
          .map(item -> HistoryCut.of(topic, catalog, item, System.currentTimeMillis()))
          .orElse(HistoryCut.none(topic));
    }
  }

  /**
   * The oldest record that a start without state reads. Restored state knows itself how far it was
   * read.
   */
  private static long oldestRecordMillis(
      StreamExecutionEnvironment env,
      JobOptions options,
      CatalogText catalog,
      StartingPoint start) {
    boolean readsFromTheBeginning =
        options.start() != JobOptions.Start.LATEST && !restores(env, start);
    return readsFromTheBeginning && catalog.catalog().deduplication().isPresent()
        ? TopicAge.oldestRecordMillis(options, System.currentTimeMillis())
        : Long.MAX_VALUE;
  }

  private static void build(
      StreamExecutionEnvironment env,
      JobOptions options,
      CatalogText catalog,
      StartingPoint start,
      DeadLetterLimits deadLetterLimits) {
    DataStream<SourceRecord> records =
        env.fromSource(
                EventsSource.create(options, start.offsets()),
                EventTime.watermarks(catalog),
                "events")
            .uid("events");
    Duration flush = options.flushInterval();
    CounterWorkflow.define(
        records,
        catalog,
        new CounterWorkflow.Tuning(
            flush,
            options.confirmAfter(),
            flush.dividedBy(PRE_AGGREGATIONS_PER_FLUSH),
            PRE_AGGREGATE_KEYS,
            options.republishRate(),
            oldestRecordMillis(env, options, catalog, start)),
        Optional.of(TableCatalogItems.provider(options)),
        TopicRuleBooks.of(catalog, options),
        options
            .backfillTopic()
            .map(
                topic ->
                    new CounterWorkflow.History(
                        SumSource.add(env, catalog, options, topic),
                        historyCut(topic, options, catalog.catalog(), restores(env, start)))),
        emitted ->
            emitted
                .sinkTo(
                    EmittedRecordSink.create(
                        options, env.getCheckpointConfig().isCheckpointingEnabled()))
                .uid(CounterWorkflow.EMIT)
                .name(CounterWorkflow.EMIT),
        items -> items.sinkTo(ItemSink.create(options, catalog)).uid("items").name("items"),
        letters ->
            letters
                .sinkTo(DeadLetterSink.create(options, deadLetterLimits))
                .uid("dead-letters")
                .name("dead-letters"));
  }
}
