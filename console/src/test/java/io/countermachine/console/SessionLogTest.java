package io.countermachine.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

class SessionLogTest {
  private final Topic topic = new Topic();
  private long nanos = 5;
  private final SessionLog log = new SessionLog(topic, () -> nanos);

  /** A topic whose records are delivered once. */
  private static final class Topic implements SessionLog.Source {
    private final List<ConsumerRecord<byte[], byte[]>> unread = new ArrayList<>();
    private int reads;
    private boolean away;

    @Override
    public void readNew(int most, Consumer<ConsumerRecord<byte[], byte[]>> records)
        throws BrokerFailure {
      reads++;
      if (away) {
        throw new BrokerFailure("away", null);
      }
      unread.forEach(records);
      unread.clear();
    }

    void add(String key, String value) {
      unread.add(
          new ConsumerRecord<>(
              "sessions",
              0,
              unread.size(),
              key == null ? null : key.getBytes(UTF_8),
              value == null ? null : value.getBytes(UTF_8)));
    }

    void visit(String key, int start, int end, int revision, String more) {
      add(
          key,
          "{\"event\":\"visit\",\"start\":%d,\"end\":%d,\"revision\":%d%s}"
              .formatted(start, end, revision, more));
    }

    @Override
    public void close() {}
  }

  private List<String> starts(String event, String key) throws BrokerFailure {
    return log.sessions(event, key).stream()
        .map(session -> session.path("start").asLong() + "-" + session.path("end").asLong())
        .toList();
  }

  @Test
  void sessions_areOfTheirKeyAndEvent_inOrder_andKeysWithMostComeFirst() throws BrokerFailure {
    topic.visit("u2", 500, 900, 0, "");
    topic.visit("u2", 100, 200, 0, "");
    topic.visit("u1", 300, 300, 0, "");
    topic.visit("a|b", 300, 301, 0, "");
    topic.add("u2", "{\"event\":\"run\",\"start\":1,\"end\":2,\"revision\":0}");
    topic.add("u2", "no JSON");
    topic.add("u2", null);
    topic.add(null, "{}");
    assertThat(starts("visit", "u2")).containsExactly("100-200", "500-900");
    assertThat(starts("run", "u2")).containsExactly("1-2");
    assertThat(starts("visit", "u3")).isEmpty();
    assertThat(log.keys("visit")).containsExactly("u2", "a|b", "u1");
    assertThat(log.keys("none")).isEmpty();
  }

  @Test
  void session_takesThePlaceOfThoseThatItRetracts() throws BrokerFailure {
    topic.visit("u1", 100, 200, 0, "");
    topic.visit("u1", 400, 500, 0, "");
    topic.visit("u1", 900, 950, 0, "");
    topic.visit("u2", 100, 200, 0, "");
    assertThat(starts("visit", "u1")).containsExactly("100-200", "400-500", "900-950");
    nanos += Duration.ofSeconds(1).toNanos();
    topic.visit(
        "u1",
        100,
        500,
        1,
        ",\"retracts\":[{\"start\":100,\"end\":200,\"revision\":0},{\"start\":400,\"end\":500,\"revision\":0}]");
    assertThat(starts("visit", "u1")).containsExactly("100-500", "900-950");
    assertThat(starts("visit", "u2")).containsExactly("100-200");
  }

  @Test
  void record_thatIsReadAgain_isOneSession() throws BrokerFailure {
    topic.visit("u1", 100, 200, 0, "");
    topic.visit("u1", 100, 200, 0, "");
    assertThat(starts("visit", "u1")).containsExactly("100-200");
  }

  @Test
  void topic_isReadAgain_onlyAfterASecond_alsoWhereItFails() throws BrokerFailure {
    assertThat(starts("visit", "u1")).isEmpty();
    topic.visit("u1", 100, 200, 0, "");
    nanos += Duration.ofMillis(999).toNanos();
    assertThat(starts("visit", "u1")).isEmpty();
    nanos += Duration.ofMillis(1).toNanos();
    assertThat(starts("visit", "u1")).containsExactly("100-200");
    assertThat(topic.reads).isEqualTo(2);
    topic.away = true;
    nanos += Duration.ofSeconds(1).toNanos();
    assertThatThrownBy(() -> log.keys("visit")).hasMessage("away");
    topic.away = false;
    assertThatThrownBy(() -> starts("visit", "u1")).hasMessage("away");
    assertThat(topic.reads).isEqualTo(3);
    nanos += Duration.ofSeconds(1).toNanos();
    assertThat(starts("visit", "u1")).containsExactly("100-200");
  }

  @Test
  void oldestOfAll_areForgotten_whateverTheirKeys() throws BrokerFailure {
    topic.visit("u1", 1, 2, 0, "");
    topic.visit("u2", 1, 2, 0, "");
    for (int i = 0; i < SessionLog.MOST - 1; i++) {
      topic.visit("u3", 10 * i, 10 * i + 5, 0, "");
    }
    assertThat(starts("visit", "u1")).isEmpty();
    assertThat(starts("visit", "u2")).containsExactly("1-2");
    assertThat(starts("visit", "u3")).hasSize(SessionLog.MOST - 1);
    assertThat(log.keys("visit")).containsExactly("u3", "u2");
  }
}
