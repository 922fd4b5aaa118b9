package io.countermachine.service.web;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.StoredService;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/**
 * Malicious bodies, and thousands of random mutations of a valid one. Each gets a response in time:
 * 200, or a problem that names the field and shows nothing internal.
 *
 * <p>This class is long because each body in its lists is beside the field that the response must
 * name.
 */
class HostileBodyIT {
  private static final String VALID =
      """
      {"features":["post.view.1h","user.view.1h"],"context":{"userId":42},\
      "candidates":[{"postId":"p1"},{"postId":7,"other":null}],"asOf":1707605600000,"include":["statuses"]}""";

  private static final String JSON_TYPE = "application/json";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int LONGEST_PROBLEM = 4_096;
  private static final int MUTATIONS = 3_000;
  private static final ObjectMapper JSON = JsonMapper.builder().build();

  /** Texts that can come only from inside the service, and are in no body sent here. */
  private static final List<String> INSIDE =
      List.of(
          "Exception",
          "java.",
          "jackson",
          "springframework",
          "countermachine",
          "StreamRead",
          "\tat ");

  @TempDir private static Path folder;
  private static StoredService stored;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws IOException {
    stored = StoredService.start(folder);
  }

  @AfterAll
  static void stop() {
    stored.close();
  }

  private static HttpResponse<String> send(BodyPublisher body, String contentType)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:" + stored.service().port() + "/v1/features"))
            .timeout(PATIENCE)
            .POST(body);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    return CLIENT.send(request.build(), BodyHandlers.ofString());
  }

  /** Sends a body. Returns the problem, or null if the status is 200. */
  private static JsonNode problemOf(byte[] body, String what)
      throws IOException, InterruptedException {
    return check(send(BodyPublishers.ofByteArray(body), JSON_TYPE), what);
  }

  private static JsonNode check(HttpResponse<String> answer, String what) {
    String text = answer.body();
    String type = answer.headers().firstValue("Content-Type").orElse("none");
    if (answer.statusCode() == 200) {
      assertThat(type).as(what).isEqualTo(JSON_TYPE);
      assertThat(JSON.readTree(text).get("results").isArray()).as(what).isTrue();
      return null;
    }
    assertThat(answer.statusCode()).as(what + " gave " + text).isIn(400, 413, 415);
    assertThat(type).as(what).isEqualTo("application/problem+json");
    assertThat(text).as(what).doesNotContain(INSIDE).hasSizeLessThan(LONGEST_PROBLEM);
    JsonNode problem = JSON.readTree(text);
    assertThat(problem.get("status").asInt()).as(what).isEqualTo(answer.statusCode());
    return problem;
  }

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + "… " + text.length();
  }

  /** The valid body with the value of one field replaced. */
  private static String with(String field, String value) {
    return switch (field) {
      case "set" ->
          VALID.replace("\"features\":[\"post.view.1h\",\"user.view.1h\"]", "\"set\":" + value);
      case "features" -> VALID.replace("[\"post.view.1h\",\"user.view.1h\"]", value);
      case "features[1]" -> VALID.replace("\"user.view.1h\"", value);
      case "context" -> VALID.replace("{\"userId\":42}", value);
      case "context.userId" -> VALID.replace("42", value);
      case "candidates" ->
          VALID.replace("[{\"postId\":\"p1\"},{\"postId\":7,\"other\":null}]", value);
      case "candidates[1]" -> VALID.replace("{\"postId\":7,\"other\":null}", value);
      case "candidates[1].postId" -> VALID.replace("7,", value + ",");
      case "candidates[1].other" -> VALID.replace("null", value);
      case "asOf" -> VALID.replace("1707605600000", value);
      case "include" -> VALID.replace("[\"statuses\"]", value);
      case "include[0]" -> VALID.replace("\"statuses\"", value);
      default -> throw new IllegalArgumentException(field);
    };
  }

  static Stream<Arguments> wrongValues() {
    String deep = "[".repeat(400) + "]".repeat(400);
    String deepObject = "{\"a\":".repeat(400) + "1" + "}".repeat(400);
    String longText = "\"" + "x".repeat(1_900_000) + "\"";
    List<String> notText = List.of("1", "-1", "true", "{}", "[]", "1e5", deep, deepObject);
    List<String> notList = List.of("1", "true", "{}", "\"x\"", "null", "[]", longText, deepObject);
    List<String> notObject = List.of("1", "true", "\"x\"", "null", "[]", "1e400", longText, deep);
    List<String> notKey =
        List.of(
            "true", "false", "{}", "[]", "1.5", "1e999999999", "1E400", deep, deepObject, "-0.0");
    return Stream.of(
            cases("set", notText, List.of("null", "\"\"", "\"nope\"", longText, "\"\\u0000\"")),
            cases("features", notList, List.of("[null]", "[[]]", "[{}]", "[1,2]", deep)),
            cases(
                "features[1]",
                notText,
                List.of("null", "\"\"", "\".\"", "\"..\"", longText, "\"\\ud800\"")),
            cases("context", notObject, List.of()),
            cases(
                "context.userId",
                notKey,
                List.of("\"\"", "\"\\udfff\"", longText, "9".repeat(3_000))),
            cases(
                "candidates",
                List.of("1", "true", "{}", "\"x\"", "null", "[]"),
                List.of("[null]", "[[]]", "[1]", deep)),
            cases("candidates[1]", notObject, List.of(deep)),
            cases(
                "candidates[1].postId",
                notKey,
                List.of("\"\"", "\"\\ud800x\"", longText, "9".repeat(3_000))),
            cases("candidates[1].other", List.of("{}", "[]", deep, deepObject), List.of()),
            cases(
                "asOf",
                List.of("\"1\"", "true", "null", "{}", "[]", deep, deepObject, longText),
                List.of(
                    "-1",
                    "-0",
                    "1.0",
                    "1e3",
                    "1e999999999",
                    "-1e999999999",
                    "253402300800000",
                    "9223372036854775808",
                    "9".repeat(1_000),
                    "9".repeat(1_001),
                    "1." + "9".repeat(1_001))),
            cases("include", notList, List.of("[1]", "[null]", "[\"x\"]", deep)),
            cases("include[0]", notText, List.of("null", "\"\"", "\"STATUSES\"", longText)))
        .flatMap(each -> each);
  }

  private static Stream<Arguments> cases(String field, List<String> some, List<String> others) {
    return Stream.concat(some.stream(), others.stream())
        .map(value -> Arguments.of(field, shortened(value), with(field, value)));
  }

  @ParameterizedTest(name = "{0} = {1}")
  @MethodSource("wrongValues")
  void wrongValue_isAProblemOfItsField(String field, String shown, String body)
      throws IOException, InterruptedException {
    JsonNode problem = problemOf(body.getBytes(UTF_8), field + " = " + shown);
    assertThat(problem).as("no problem").isNotNull();
    assertThat(problem.path("field").asString("")).startsWith(field);
  }

  static Stream<Arguments> wrongBodies() {
    String valid = VALID.strip();
    String members = valid.substring(1, valid.length() - 1);
    return Stream.of(
        Arguments.of("an unknown field", "{" + members + ",\"limit\":1}", "limit"),
        Arguments.of("an unknown field that is empty", "{" + members + ",\"\":1}", ""),
        Arguments.of("a prototype", "{" + members + ",\"__proto__\":{}}", "__proto__"),
        Arguments.of(
            "a long unknown field", "{" + members + ",\"" + "f".repeat(40_000) + "\":1}", null),
        Arguments.of("a field twice", "{" + members + ",\"asOf\":1}", "asOf"),
        Arguments.of("a field twice, once escaped", "{" + members + ",\"as\\u004ff\":1}", "asOf"),
        Arguments.of("candidates twice", "{" + members + ",\"candidates\":[{}]}", "candidates"),
        Arguments.of("no field", "{}", "set"),
        Arguments.of("nothing", "", null),
        Arguments.of("blanks", " \n\t ", null),
        Arguments.of("a comment", "/* x */" + valid, null),
        Arguments.of("a comment inside", "{/**/" + members + "}", null),
        Arguments.of("a line comment", valid + "// x", null),
        Arguments.of("something after", valid + valid, null),
        Arguments.of("a brace after", valid + "}", null),
        Arguments.of("a NUL after", valid + "\0", null),
        Arguments.of("a NUL inside", "{\0" + members + "}", null),
        Arguments.of("a trailing comma", "{" + members + ",}", null),
        Arguments.of("single quotes", valid.replace('"', '\''), null),
        Arguments.of("names without quotes", valid.replace("\"asOf\"", "asOf"), null),
        Arguments.of("an XML", "<features/>", null),
        Arguments.of("a form", "set=feed", null),
        Arguments.of("NaN", with("asOf", "NaN"), null),
        Arguments.of("Infinity", with("asOf", "Infinity"), null),
        Arguments.of("-Infinity", with("candidates[1].postId", "-Infinity"), null),
        Arguments.of("a leading zero", with("asOf", "01"), null),
        Arguments.of("a plus", with("asOf", "+1"), null),
        Arguments.of("a hexadecimal number", with("asOf", "0x10"), null),
        Arguments.of("a control character", with("candidates[1].postId", "\"a\nb\""), null),
        Arguments.of("brackets", "[".repeat(2_000_000), null),
        Arguments.of("objects in objects", "{\"a\":".repeat(300_000), "a"),
        Arguments.of("an open string", "{\"set\":\"" + "x".repeat(1_000_000), null),
        Arguments.of("a literal", "true", null),
        Arguments.of("a number", "1e999999999", null),
        Arguments.of("a string", "\"{}\"", null));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrongBodies")
  void wrongBody_isAProblem(String what, String body, String field)
      throws IOException, InterruptedException {
    JsonNode problem = problemOf(body.getBytes(UTF_8), what);
    assertThat(problem).as("no problem").isNotNull();
    if (field != null) {
      assertThat(problem.path("field").asString(null)).isEqualTo(field);
    }
  }

  @Test
  void validBody_isAnswered() throws IOException, InterruptedException {
    assertThat(problemOf(VALID.getBytes(UTF_8), "the valid body")).isNull();
    assertThat(problemOf(VALID.replace(",", " , \n").getBytes(UTF_8), "blanks")).isNull();
  }

  static Stream<Charset> otherEncodings() {
    return Stream.of(
        UTF_16, UTF_16BE, UTF_16LE, Charset.forName("UTF-32"), Charset.forName("UTF-32LE"));
  }

  @ParameterizedTest
  @MethodSource("otherEncodings")
  void otherEncoding_isAProblem(Charset encoding) throws IOException, InterruptedException {
    assertThat(problemOf(VALID.getBytes(encoding), encoding.name())).isNotNull();
  }

  @Test
  void byteOrderMark_isHarmless() throws IOException, InterruptedException {
    assertThat(problemOf(("\ufeff" + VALID).getBytes(UTF_8), "a byte order mark")).isNull();
    assertThat(problemOf("\ufeff".getBytes(UTF_8), "nothing but the mark")).isNotNull();
    assertThat(problemOf(("\ufeff\ufeff" + VALID).getBytes(UTF_8), "two marks")).isNotNull();
  }

  static Stream<Arguments> invalidUtf8() {
    return Stream.of("ff", "c080", "c3", "e28282ff", "eda080", "f5808080", "80", "f09f98")
        .map(Arguments::of);
  }

  @ParameterizedTest
  @MethodSource("invalidUtf8")
  void invalidUtf8_isAProblem_whereverItStands(String hexadecimal)
      throws IOException, InterruptedException {
    byte[] bad = java.util.HexFormat.of().parseHex(hexadecimal);
    byte[] valid = VALID.getBytes(UTF_8);
    for (int at : new int[] {0, 1, VALID.indexOf("p1"), VALID.indexOf("post.view"), valid.length}) {
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      body.write(valid, 0, at);
      body.write(bad);
      body.write(valid, at, valid.length - at);
      assertThat(problemOf(body.toByteArray(), hexadecimal + " at " + at)).isNotNull();
    }
  }

  @Test
  void tenMegabytes_areTooLarge_howeverTheyCome() throws IOException, InterruptedException {
    byte[] body = new byte[10_000_000];
    Arrays.fill(body, (byte) ' ');
    byte[] valid = VALID.getBytes(UTF_8);
    System.arraycopy(valid, 0, body, body.length - valid.length, valid.length);
    assertThat(problemOf(body, "10 MB").get("status").asInt()).isEqualTo(413);
    HttpResponse<String> chunked =
        send(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), JSON_TYPE);
    assertThat(check(chunked, "10 MB in chunks").get("status").asInt()).isEqualTo(413);
  }

  @Test
  void bodyWithoutLength_isReadAsAnyOther() throws IOException, InterruptedException {
    byte[] valid = VALID.getBytes(UTF_8);
    assertThat(
            check(
                send(
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(valid)), JSON_TYPE),
                "chunks"))
        .isNull();
    assertThat(
            check(
                send(
                    BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[] {'{'})),
                    JSON_TYPE),
                "a chunk that ends early"))
        .isNotNull();
  }

  @Test
  void manyFieldsAndCandidates_areAnsweredInTime() throws IOException, InterruptedException {
    StringBuilder fields = new StringBuilder("{\"f\":1");
    for (int i = 0; i < 100_000; i++) {
      fields.append(",\"f").append(i).append("\":1");
    }
    assertThat(problemOf(with("candidates[1]", fields + "}").getBytes(UTF_8), "fields")).isNull();
    assertThat(problemOf((fields + "}").getBytes(UTF_8), "fields").get("field").asString())
        .isEqualTo("f");
    String many = "[" + "{},".repeat(600_000) + "{}]";
    assertThat(
            problemOf(with("candidates", many).getBytes(UTF_8), "candidates")
                .get("field")
                .asString())
        .isEqualTo("candidates");
    String features = "[" + "\"post.view.1h\",".repeat(100_000) + "\"post.view.1h\"]";
    assertThat(
            problemOf(with("features", features).getBytes(UTF_8), "features")
                .get("field")
                .asString())
        .isEqualTo("features");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text/plain",
        "text/html",
        "application/xml",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "application/x-ndjson",
        "json",
        "/",
        ";",
        "*/*",
        "application/*",
        "application/json/x",
        "application/json; charset=nonsense",
        "application/json; charset=\"",
        "application/json; charset=utf-7"
      })
  void wrongContentType_isAProblem_orIsPassedOver(String type)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        send(BodyPublishers.ofString(VALID), type.isEmpty() ? null : type);
    JsonNode problem = check(answer, type);
    if (!type.startsWith("application/json;")) {
      assertThat(problem.get("status").asInt()).isIn(400, 415);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: -1\r\n\r\n{}",
        "Content-Length: x\r\n\r\n{}",
        "Content-Length: 99999999999999999999\r\n\r\n{}",
        "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\n2\r\n{}",
        "Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n{}",
        "Transfer-Encoding: nonsense\r\n\r\n{}",
        "Content-Length: 500\r\n\r\n{\"set\":"
      })
  void brokenTransfer_isNoFaultOfTheService(String rest) throws IOException {
    try (Socket socket = new Socket("localhost", stored.service().port())) {
      socket.setSoTimeout((int) Duration.ofSeconds(30).toMillis());
      socket
          .getOutputStream()
          .write(
              ("POST /v1/features HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                      + "Content-Type: application/json\r\n"
                      + rest)
                  .getBytes(UTF_8));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertThat(answer).doesNotContain(INSIDE).doesNotContain("HTTP/1.1 500");
      // A connection that was only closed is acceptable: the caller had gone first.
      assertThat(
              answer.isEmpty()
                  || answer.startsWith("HTTP/1.1 4")
                  || answer.startsWith("HTTP/1.1 501"))
          .as(answer)
          .isTrue();
    }
  }

  @Test
  void bytesByChance_areAnsweredOrRefused() throws IOException, InterruptedException {
    long seed = Long.getLong("hostile.seed", System.nanoTime());
    Random random = new Random(seed);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] body = Mutation.ofBytes(VALID.getBytes(UTF_8), random);
      String what =
          "-Dhostile.seed=%d, body %d: %s".formatted(seed, i, shortened(new String(body, UTF_8)));
      refused += problemOf(body, what) == null ? 0 : 1;
    }
    assertThat(refused).as("some stay valid, most do not").isBetween(MUTATIONS / 2, MUTATIONS - 1);
  }

  @Test
  void valuesByChance_areAnsweredOrRefusedWithTheirField()
      throws IOException, InterruptedException {
    long seed = Long.getLong("hostile.seed", System.nanoTime());
    Random random = new Random(seed);
    Set<String> known = Set.of("set", "features", "context", "candidates", "asOf", "include");
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      Mutation mutation = Mutation.ofTree(JSON.readTree(VALID), random);
      String body = mutation.tree().toString();
      String what =
          "-Dhostile.seed=%d, body %d at %s: %s"
              .formatted(seed, i, mutation.field(), shortened(body));
      JsonNode problem = problemOf(body.getBytes(UTF_8), what);
      if (problem != null) {
        refused++;
        assertThat(problem.path("field").isString()).as(what + " gave " + problem).isTrue();
        if (known.contains(mutation.field()) && mutation.isReplaced()) {
          assertThat(problem.get("field").asString()).as(what).startsWith(mutation.field());
        }
      }
    }
    assertThat(refused).as("some stay valid, most do not").isBetween(MUTATIONS / 4, MUTATIONS - 1);
  }
}
