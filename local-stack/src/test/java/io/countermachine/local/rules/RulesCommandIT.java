package io.countermachine.local.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.countermachine.local.cli.LocalCommand;
import io.countermachine.local.process.Ports;
import io.countermachine.local.process.SharedParts;
import io.countermachine.local.process.TopicReader;
import io.countermachine.rules.RulesTopic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command with a real broker. Instead of the service, a server that returns a catalog. */
class RulesCommandIT {
  private static final String TOPIC = "rules-of-the-command";
  private static final String CATALOG =
      """
      {"rules": {"topic": "%s", "lists": {"bots": "userId", "spam": "postId"}},
       "groups": {"pair": {"key": ["userId", "postId"]}, "site": {"key": []}}}"""
          .formatted(TOPIC);

  private static HttpServer service;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void start() throws IOException {
    SharedParts.broker().createTopic(TOPIC, 1, RulesTopic.settings());
    service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    service.createContext(
        "/v1/catalog",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(CATALOG.getBytes(UTF_8));
          exchange.close();
        });
    service.start();
  }

  @AfterAll
  static void stop() {
    service.stop(0);
  }

  private static String serviceUrl() {
    return "http://localhost:" + service.getAddress().getPort();
  }

  private int run(LocalCommand command, String... arguments) {
    out.reset();
    err.reset();
    return LocalCommand.execute(
        command,
        new PrintStream(out, true, UTF_8),
        new PrintStream(err, true, UTF_8),
        Stream.concat(
                Stream.of(arguments),
                Stream.of("--bootstrap-servers", SharedParts.broker().bootstrapServers()))
            .toArray(String[]::new));
  }

  private static List<String> keys() {
    List<String> keys = new ArrayList<>();
    TopicReader.forEach(
        TopicReader.client(SharedParts.broker().bootstrapServers()),
        TOPIC,
        record -> keys.add(new String(record.key(), UTF_8)));
    return keys;
  }

  @Test
  void list_isCheckedByTheService_whichNamesTheTopic_whereNoCatalogIsNamed() {
    assertThat(run(new RulesCommand(), "set", "bots", "u1", "--service", serviceUrl())).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(keys()).contains("bots|u1");

    assertThat(run(new RulesCommand(), "set", "bot", "u2", "--service", serviceUrl())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains("the catalog has no list \"bot\"; did you mean \"bots\"?");
    assertThat(run(new RulesCommand(), "lift", "bot", "u2", "--service", serviceUrl()))
        .isEqualTo(2);
    assertThat(keys()).doesNotContain("bot|u2");

    assertThat(run(new RulesCommand(), "--service", serviceUrl())).isZero();
    assertThat(out.toString(UTF_8)).contains(" in " + TOPIC + " at ", "bots u1: from ");
  }

  @Test
  void list_isCheckedByTheCatalog_whereOneIsNamed(@TempDir Path folder) throws IOException {
    Path catalog =
        Files.writeString(
            folder.resolve("c.yaml"),
            "rules: {topic: %s, lists: {spam: postId}}\nevents: {view: {unless: spam}}\n"
                    .formatted(TOPIC)
                + "groups: {post: {key: [postId], counts: [view]}}\n");
    assertThat(run(new RulesCommand(), "set", "spam", "p1", "--catalog", catalog.toString()))
        .isZero();
    assertThat(run(new RulesCommand(), "set", "bots", "u3", "--catalog", catalog.toString()))
        .isEqualTo(2);
    assertThat(keys()).contains("spam|p1").doesNotContain("bots|u3");
  }

  @Test
  void list_isWrittenWithAWarning_whereNobodySaysWhatThereIs() {
    String nobody = "http://localhost:" + Ports.free();
    assertThat(run(new RulesCommand(), "set", "new", "n1", "--topic", TOPIC)).isZero();
    assertThat(err.toString(UTF_8))
        .contains("WARNING: it is unknown whether there is a list new: no catalog is named");
    assertThat(run(new RulesCommand(), "set", "new", "n2", "--topic", TOPIC, "--service", nobody))
        .isZero();
    assertThat(err.toString(UTF_8))
        .contains("the service at " + nobody + " does not show its catalog");
    assertThat(keys()).contains("new|n1", "new|n2");
  }

  @Test
  void fieldToForget_isCheckedInTheSameWay() {
    assertThat(run(new ForgetCommand(), "userId", "u1", "--service", serviceUrl())).isZero();
    assertThat(err.toString(UTF_8)).isEmpty();
    assertThat(run(new ForgetCommand(), "user", "u1", "--service", serviceUrl())).isEqualTo(2);
    assertThat(err.toString(UTF_8))
        .contains("no group of the catalog has user in its key; did you mean \"userId\"?");
    assertThat(run(new ForgetCommand(), "user", "u1", "--topic", TOPIC)).isZero();
    assertThat(err.toString(UTF_8))
        .contains("WARNING: it is unknown whether a group has user in its key");
  }
}
