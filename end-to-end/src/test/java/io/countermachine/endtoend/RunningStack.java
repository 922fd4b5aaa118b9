package io.countermachine.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.item.CounterTable;
import io.countermachine.local.process.Await;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.Topics;
import io.countermachine.local.stack.LocalStack;
import io.countermachine.local.traffic.EventSender;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The whole machine for a test, with the test's own catalog. */
final class RunningStack implements AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(90);

  /** Overloaded, or without its store. */
  private static final Set<Integer> BUSY = Set.of(429, 503);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Catalog catalog;
  private final LocalStack stack;

  private RunningStack(Catalog catalog, LocalStack stack) {
    this.catalog = catalog;
    this.stack = stack;
  }

  static RunningStack start(Path folder, String catalogYaml) throws IOException {
    return start(folder, catalogYaml, (LocalStack stack) -> stack);
  }

  /** Starts the machine with the console. */
  static RunningStack startWithConsole(Path folder, String catalogYaml) throws IOException {
    return start(folder, catalogYaml, stack -> stack.withConsole(Ports.free()));
  }

  /** Starts the machine with a proxy between job and store. */
  static RunningStack startWithProxy(Path folder, String catalogYaml, UnaryOperator<URI> proxy)
      throws IOException {
    return start(folder, catalogYaml, stack -> stack.jobWritesThrough(proxy));
  }

  /** Starts the machine with further options. */
  static RunningStack start(
      Path folder, String catalogYaml, Function<LocalStack, LocalStack> extras) throws IOException {
    Path file = Files.writeString(folder.resolve("catalog.yaml"), catalogYaml);
    LocalStack stack =
        extras.apply(LocalStack.of(LocalStack.Config.onFreePorts(folder, file), progress -> {}));
    try {
      stack.start();
    } catch (RuntimeException e) {
      stack.close();
      throw e;
    }
    return new RunningStack(CatalogLoader.load(file), stack);
  }

  Catalog catalog() {
    return catalog;
  }

  LocalStack stack() {
    return stack;
  }

  String console() {
    return stack.consoleAddress().toString();
  }

  String service() {
    return stack.serviceAddress().toString();
  }

  /** Sends events, and waits until they are readable. Returns the number of dead letters. */
  long ingest(List<byte[]> lines) {
    try (EventSender sender = new EventSender(stack.broker().bootstrapServers())) {
      lines.forEach(sender::sendInOrder);
      sender.flush();
    }
    stack.awaitSettled();
    return stack.deadLetters();
  }

  /** Requests features of candidates as of an instant, with statuses. */
  JsonNode ask(List<String> features, ArrayNode candidates, long asOfMillis) {
    return ask(service(), features, candidates, asOfMillis);
  }

  /**
   * Requests features from another service, and repeats the request until every key was read: on a
   * busy machine, the store may respond after a request's deadline.
   */
  static JsonNode ask(
      String service, List<String> features, ArrayNode candidates, long asOfMillis) {
    ObjectNode body = JSON.createObjectNode().put("asOf", asOfMillis);
    features.forEach(body.putArray("features")::add);
    body.set("candidates", candidates);
    body.putArray("include").add("statuses");
    AtomicReference<JsonNode> answer = new AtomicReference<>();
    Await.until(
        "a whole answer",
        ANSWER_LIMIT,
        () -> {
          Response response =
              given()
                  .baseUri(service)
                  .contentType(ContentType.JSON)
                  .body(body.toString())
                  .post("/v1/features");
          if (BUSY.contains(response.statusCode())) {
            return false;
          }
          answer.set(read(response.then().statusCode(200).extract().asByteArray()));
          return !answer.get().path("metadata").path("partial").asBoolean(true);
        });
    return answer.get();
  }

  private static JsonNode read(byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every counter item in the table, by group and key. */
  Map<List<String>, Map<String, AttributeValue>> table() {
    Map<List<String>, Map<String, AttributeValue>> items = new HashMap<>();
    try (DynamoDbClient client = stack.dynamoDb().client()) {
      client.scanPaginator(call -> call.tableName(CounterTable.DEFAULT_NAME)).items().stream()
          .filter(item -> !item.get("key").s().equals("#catalog"))
          .forEach(
              item -> items.put(List.of(item.get("featureName").s(), item.get("key").s()), item));
    }
    return items;
  }

  /** The first dead letters, in order. */
  List<ConsumerRecord<byte[], byte[]>> deadLetters(long count) {
    Properties properties = new Properties();
    properties.put("bootstrap.servers", stack.broker().bootstrapServers());
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(Topics.DEAD_LETTERS, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (letters.size() < count) {
        consumer.poll(Duration.ofSeconds(1)).forEach(letters::add);
      }
    }
    return letters;
  }

  /** The text of a dead letter's header. */
  static String header(ConsumerRecord<byte[], byte[]> letter, String name) {
    return new String(letter.headers().lastHeader(name).value(), UTF_8);
  }

  @Override
  public void close() {
    stack.close();
  }
}
