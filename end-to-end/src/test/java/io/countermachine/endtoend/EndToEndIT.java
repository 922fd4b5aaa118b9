package io.countermachine.endtoend;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.countermachine.catalog.Feature;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.Ratio;
import io.countermachine.local.process.JavaProcess;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.measure.Interval;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Sends a few thousand events through broker, job, store and service, and compares the results with
 * a recomputation from the raw lines.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndIT {
  private static final String CATALOG =
      """
      timestamps: {unit: seconds, maxAhead: 1m}
      deduplicate: {field: eventId, within: 1h}
      events: {view: {}, like: {}, timespent: {value: durationMs}}
      intervals: [5s, 1h, 7d, lifetime]
      groups:
        user: {key: [userId], counts: [view, like], sums: [timespent]}
        post:
          key: [postId]
          counts: [view, like]
          ratios:
            ctr: {of: like, per: view}
            smoothed: {of: like, per: view, prior: 0.05, weight: 20}
        user_post: {key: [userId, postId], counts: [view], intervals: [1d]}
      """;

  private static final long START_SECONDS = 1_707_605_599L;
  private static final int EVENTS = 4_000;

  private static final List<String> BROKEN =
      List.of(
          "{\"eventName\":\"view\",\"eventTs\":",
          "{\"eventName\":\"swipe\",\"eventTs\":1,\"userId\":\"u1\"}",
          "{\"eventName\":\"like\",\"eventTs\":1.5,\"userId\":\"u1\"}",
          "{\"eventName\":\"like\",\"eventTs\":1,\"userId\":\"\"}");

  private static final double TOLERANCE = 1e-9;

  @TempDir private static Path folder;
  private static RunningStack running;
  private static Recomputation expected;
  private static final List<byte[]> sent = new ArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    running = RunningStack.startWithConsole(folder, CATALOG);
    expected = new Recomputation(running.catalog());
  }

  @AfterAll
  static void stop() {
    running.close();
  }

  private static void ingest(List<byte[]> lines) {
    long now = System.currentTimeMillis();
    lines.forEach(line -> expected.add(line, now));
    sent.addAll(lines);
    long deadLetters = running.ingest(lines);
    assertThat(deadLetters).isEqualTo(expected.deadLetters().size());
  }

  /** Late, duplicate, future, malformed, unusual and far-apart events, in any order. */
  private static List<byte[]> events(long seed) {
    Random random = new Random(seed);
    List<byte[]> lines = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      lines.add(event(random, i).getBytes(UTF_8));
    }
    lines.add(new byte[] {'{', '"', (byte) 0xc3, '"', ':', '1', '}'});
    lines.add("{\"eventName\":\"view\",\"eventTs\":99999999999,\"userId\":\"u1\"}".getBytes(UTF_8));
    lines.add(
        "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":\"%s\"}"
            .formatted("u".repeat(2_049))
            .getBytes(UTF_8));
    lines.add("{\"eventName\":\"view\",\"eventTs\":1}".getBytes(UTF_8));
    lines.add("{\"eventName\":\"timespent\",\"eventTs\":1,\"userId\":\"u1\"}".getBytes(UTF_8));
    return lines;
  }

  private static String event(Random random, int i) {
    int kind = random.nextInt(100);
    if (kind < BROKEN.size()) {
      return BROKEN.get(kind);
    }
    String name = List.of("view", "view", "like", "timespent").get(random.nextInt(4));
    // Bursts are an hour apart, so with a tau of five seconds nothing of one burst is left in the
    // next.
    long time = START_SECONDS + random.nextInt(3) * 3_600L + random.nextInt(30);
    String user =
        switch (random.nextInt(20)) {
          case 0 -> "\" \"";
          case 1, 2, 3, 4, 5, 6, 7, 8, 9 -> Integer.toString(random.nextInt(40));
          default -> "\"u" + random.nextInt(40) + "\"";
        };
    String post = random.nextInt(10) == 0 ? "a|b\\\\c" : "p" + random.nextInt(60);
    String id = random.nextInt(3) == 0 ? ",\"eventId\":\"e" + random.nextInt(i + 1) + "\"" : "";
    return "{\"postId\":\"%s\",\"eventName\":\"%s\",\"durationMs\":%s,\"eventTs\":%d,\"userId\":%s%s}"
        .formatted(post, name, random.nextInt(10_000) / 8.0, time, user, id);
  }

  @Test
  @Order(0)
  void jobsLog_saysWhereItStarts() {
    assertThat(running.stack().jobProcess().log())
        .content()
        .contains("an empty table: reading the topic from its beginning");
  }

  @Test
  @Order(0)
  void everyPortOfEveryProcess_isClosedToTheNetwork() throws IOException {
    Set<Integer> open = new TreeSet<>();
    for (JavaProcess process : running.stack().processes()) {
      for (InetSocketAddress socket : ListeningSockets.of(process.pid())) {
        open.add(socket.getPort());
        assertThat(socket.getAddress())
            .as("port %d of %s", socket.getPort(), process.name())
            .matches(InetAddress::isLoopbackAddress);
      }
    }
    assertThat(open)
        .as("what the operating system tells, beside what the stack does")
        .contains(
            running.stack().serviceAddress().getPort(),
            running.stack().consoleAddress().getPort(),
            running.stack().flinkAddress().getPort(),
            running.stack().jobMetricsAddress().getPort(),
            running.stack().dynamoDb().endpoint().getPort(),
            URI.create("kafka://" + running.stack().broker().bootstrapServers()).getPort());
    List<InetAddress> network =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> !address.isLoopbackAddress())
            .toList();
    assertThat(network)
        .as("addresses of this machine in a network: without one, nothing is checked here")
        .isNotEmpty();
    for (InetAddress address : network) {
      for (int port : open) {
        assertThat(connects(address, port)).as("%s port %d", address, port).isFalse();
      }
    }
  }

  private static boolean connects(InetAddress address, int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, port), 2_000);
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  @Test
  @Order(0)
  void flinksWebUi_takesNoCode() {
    String flink = running.stack().flinkAddress().toString();
    given().baseUri(flink).get("/jars").then().statusCode(404);
    given()
        .baseUri(flink)
        .get("/config")
        .then()
        .statusCode(200)
        .body("features.web-submit", equalTo(false))
        .body("features.web-cancel", equalTo(false));
  }

  @Test
  @Order(1)
  void everyItem_isTheRecomputationsSum() {
    ingest(events(42));
    assertTableIsExpected();
  }

  private static void assertTableIsExpected() {
    Map<List<String>, Map<String, AttributeValue>> table = running.table();
    assertThat(table.keySet())
        .containsExactlyInAnyOrderElementsOf(
            expected.keys().stream().map(key -> List.of(key.group(), key.key())).toList());
    for (Recomputation.Key key : expected.keys()) {
      Map<String, AttributeValue> item = table.get(List.of(key.group(), key.key()));
      long lastUpdate = expected.lastUpdate(key);
      assertThat(item.get("lastUpdate").n()).as("%s", key).isEqualTo(Long.toString(lastUpdate));
      Group group = running.catalog().group(key.group()).orElseThrow();
      group
          .schema()
          .measures()
          .forEach(
              measure ->
                  group
                      .schema()
                      .intervals()
                      .forEach(
                          interval -> {
                            Map<String, AttributeValue> values =
                                item.get("counts").m().containsKey(measure.name())
                                    ? item.get("counts").m().get(measure.name()).m()
                                    : Map.of();
                            double stored =
                                values.containsKey(interval.label())
                                    ? Double.parseDouble(values.get(interval.label()).n())
                                    : 0;
                            double sum = expected.value(key, measure.name(), interval, lastUpdate);
                            assertThat(stored)
                                .as("%s %s %s", key, measure.name(), interval.label())
                                .isCloseTo(sum < 1e-130 ? 0 : sum, within(TOLERANCE * sum));
                          }));
    }
  }

  @Test
  @Order(2)
  void everyDeadLetter_isTheRecord_withItsReasonAndPlace() {
    List<ConsumerRecord<byte[], byte[]>> letters =
        running.deadLetters(expected.deadLetters().size());
    for (int i = 0; i < letters.size(); i++) {
      ConsumerRecord<byte[], byte[]> letter = letters.get(i);
      assertThat(letter.value()).isEqualTo(expected.deadLetters().get(i).line());
      assertThat(RunningStack.header(letter, "reason"))
          .isEqualTo(expected.deadLetters().get(i).reason());
      assertThat(RunningStack.header(letter, "detail")).isNotBlank();
      assertThat(RunningStack.header(letter, "source-topic")).isEqualTo("events");
      assertThat(RunningStack.header(letter, "source-partition")).isEqualTo("0");
      int offset = Integer.parseInt(RunningStack.header(letter, "source-offset"));
      assertThat(sent.get(offset)).isEqualTo(letter.value());
    }
  }

  @Test
  @Order(3)
  void everyFeatureOfEveryKey_isReadAsRecomputed() {
    long asOf = (START_SECONDS + 3 * 3_600) * 1_000;
    for (Recomputation.Key key : expected.keys()) {
      Group group = running.catalog().group(key.group()).orElseThrow();
      assertFeatures(key, group, asOf);
    }
  }

  private static void assertFeatures(Recomputation.Key key, Group group, long asOf) {
    List<Feature> features = group.features();
    ArrayNode candidates = JsonNodeFactory.instance.arrayNode();
    ObjectNode candidate = candidates.addObject();
    String[] values = key.key().split("(?<!\\\\)\\|", -1);
    for (int i = 0; i < values.length; i++) {
      candidate.put(group.keyFields().get(i), values[i].replace("\\|", "|").replace("\\\\", "\\"));
    }
    JsonNode result =
        running
            .ask(features.stream().map(Feature::name).toList(), candidates, asOf)
            .at("/results/0");
    for (int i = 0; i < features.size(); i++) {
      Feature feature = features.get(i);
      Double sum = expectedValue(key, group, feature, asOf);
      JsonNode value = result.path("values").path(i);
      String status = result.path("statuses").path(i).asText();
      if (sum == null) {
        assertThat(value.isNull()).as("%s of %s: %s", feature, key, value).isTrue();
        assertThat(status).isEqualTo("UNDEFINED");
      } else {
        assertThat(value.isNumber()).as("%s of %s: %s", feature, key, value).isTrue();
        assertThat(value.asDouble())
            .as("%s of %s", feature, key)
            .isCloseTo(sum, within(Math.max(TOLERANCE * Math.abs(sum), 1e-130)));
        assertThat(status).isEqualTo("OK");
      }
    }
  }

  private static Double expectedValue(
      Recomputation.Key key, Group group, Feature feature, long asOf) {
    Interval interval = group.schema().intervals().get(feature.interval());
    if (feature.origin() instanceof Feature.Stored stored) {
      return expected.value(key, group.itemSchema().output(stored.output()).name(), interval, asOf);
    }
    Ratio ratio = feature.ratio().orElseThrow();
    double of = expected.value(key, group.itemSchema().output(ratio.of()).name(), interval, asOf);
    double per = expected.value(key, group.itemSchema().output(ratio.per()).name(), interval, asOf);
    if (ratio.isSmoothed()) {
      return (of + ratio.weight() * ratio.prior()) / (per + ratio.weight());
    }
    // A value that is too small for the store is 0, and so is a denominator that was computed from
    // it.
    double lastUpdate = expected.lastUpdate(key);
    double storedPer =
        expected.value(
            key, group.itemSchema().output(ratio.per()).name(), interval, (long) lastUpdate);
    return storedPer < 1e-130 || per == 0 ? null : Double.valueOf(of / per);
  }

  @Test
  @Order(4)
  void killedJob_goesOnFromItsNewestCheckpoint_andCountsNothingTwice() {
    running.stack().jobProcess().close();
    running.stack().restartJob();
    assertThat(running.stack().jobProcess().log())
        .content()
        .contains("restoring file:", ", the newest retained checkpoint");
    ingest(events(43));
    assertTableIsExpected();
  }
}
