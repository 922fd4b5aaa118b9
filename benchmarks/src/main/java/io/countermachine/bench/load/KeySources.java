package io.countermachine.bench.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a service says it had its keys from: store, cache, or a read that was under way. */
final class KeySources {
  private static final Pattern LINE =
      Pattern.compile("(?m)^countermachine_keys_total\\{[^}]*source=\"(\\w+)\"[^}]*} (\\S+)$");

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI address;
  private final boolean told;

  private KeySources(URI address, boolean told) {
    this.address = address.resolve("/actuator/prometheus");
    this.told = told;
  }

  static KeySources of(URI address, boolean told) {
    return new KeySources(address, told);
  }

  /** Keys so far by source; empty where the service does not tell. */
  Map<String, Double> read() throws IOException, InterruptedException {
    Map<String, Double> keys = new TreeMap<>();
    if (told) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(address).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString());
      Matcher lines = LINE.matcher(response.statusCode() == 200 ? response.body() : "");
      while (lines.find()) {
        keys.merge(lines.group(1), Double.parseDouble(lines.group(2)), Double::sum);
      }
    }
    return keys;
  }

  /** Keys since an earlier reading. */
  Map<String, Double> since(Map<String, Double> before) throws IOException, InterruptedException {
    Map<String, Double> now = read();
    now.replaceAll((source, keys) -> keys - before.getOrDefault(source, 0.0));
    return now;
  }
}
