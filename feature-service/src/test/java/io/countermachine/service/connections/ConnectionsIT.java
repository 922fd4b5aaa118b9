package io.countermachine.service.connections;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.service.RunningService;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections as rankers keep them: for a long time, and with HTTP/2 if the client supports it. */
class ConnectionsIT {
  /** By default, Tomcat closes a connection with its hundredth response. */
  private static final int REQUESTS = 350;

  /** The number of requests that one connection accepts. More are an error in Java's client. */
  private static final int AT_ONCE = 90;

  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.withoutStore("--counter-machine.admission.enabled=false");
  }

  @AfterAll
  static void stop() {
    service.close();
  }

  @Test
  void connection_isKept_overHundredsOfRequests() throws IOException {
    try (Socket socket = new Socket("localhost", service.port())) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      for (int request = 0; request < REQUESTS; request++) {
        socket
            .getOutputStream()
            .write("GET /v1/catalog HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
        assertThat(line(in)).as("answer %d", request).isEqualTo("HTTP/1.1 200 ");
        Map<String, String> headers = headers(in);
        assertThat(headers).as("answer %d", request).doesNotContainEntry("connection", "close");
        body(in, headers);
      }
    }
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return "(the connection was closed)";
      }
      line.append((char) next);
    }
    return line.toString().replace("\r", "");
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static void body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      in.skipNBytes(Integer.parseInt(headers.get("content-length")));
      return;
    }
    assertThat(headers).containsEntry("transfer-encoding", "chunked");
    for (int size = size(in); size > 0; size = size(in)) {
      in.skipNBytes(size + 2);
    }
    in.skipNBytes(2);
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  /** A call that is refused for the content of its body, so that the whole body must arrive. */
  private static HttpRequest tooManyCandidates(int candidates) {
    String body =
        IntStream.range(0, candidates)
            .mapToObj(i -> "{\"postId\":\"p" + i + "\"}")
            .collect(Collectors.joining(",", "{\"set\":\"home_feed\",\"candidates\":[", ",1]}"));
    return HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + "/v1/features"))
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private static void assertRead(HttpResponse<String> answer, int candidates) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).contains("\"field\":\"candidates[" + candidates + "]\"");
  }

  @Test
  void http2_isSpokenWithoutTls_byManyRequestsAtOnce() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpResponse<String> first =
        client.send(
            HttpRequest.newBuilder(URI.create("http://localhost:" + service.port() + "/v1/catalog"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(first.version()).isEqualTo(HttpClient.Version.HTTP_2);
    HttpRequest call = tooManyCandidates(900);
    for (int sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      List<CompletableFuture<HttpResponse<String>>> answers =
          IntStream.range(0, AT_ONCE)
              .mapToObj(i -> client.sendAsync(call, HttpResponse.BodyHandlers.ofString()))
              .toList();
      for (CompletableFuture<HttpResponse<String>> answer : answers) {
        HttpResponse<String> got = answer.get();
        assertThat(got.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertRead(got, 900);
      }
    }
  }

  @Test
  void bodyThatIsRefused_isReadToItsEnd_soThatItsSenderGetsTheAnswer() throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    URI address = URI.create("http://localhost:" + service.port() + "/v1/features");
    client.send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.discarding());
    for (String[] refusal : new String[][] {{"application/json", "413"}, {"text/plain", "415"}}) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(address)
                  .timeout(Duration.ofSeconds(30))
                  .header("Content-Type", refusal[0])
                  .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[10_000_000]))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isEqualTo(Integer.parseInt(refusal[1]));
      assertThat(answer.body()).contains("\"status\":" + refusal[1]);
    }
  }

  /** Java's client offers the upgrade with its first request, and the body must survive that. */
  @ParameterizedTest
  @ValueSource(ints = {1, 40, 1_000})
  void firstRequest_isReadWhole_thoughTheUpgradeIsOfferedWithIt(int candidates) throws Exception {
    assertRead(
        HttpClient.newHttpClient()
            .send(tooManyCandidates(candidates), HttpResponse.BodyHandlers.ofString()),
        candidates);
  }
}
