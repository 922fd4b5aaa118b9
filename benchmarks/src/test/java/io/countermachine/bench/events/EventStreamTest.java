package io.countermachine.bench.events;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.countermachine.json.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventStreamTest {
  private static final EventStream.Shape SHAPE =
      new EventStream.Shape(50_000, 1_000, 1.1, 5_000, 1_707_605_599);

  private final EventStream events = new EventStream(SHAPE);

  @Test
  void events_areTheSame_whenGoneThroughAgain() {
    List<String> first = texts();
    events.rewind();

    assertThat(texts()).isEqualTo(first).hasSize(50_000);
  }

  private List<String> texts() {
    List<String> texts = new ArrayList<>();
    while (events.advance()) {
      texts.add(new String(events.json(), java.nio.charset.StandardCharsets.UTF_8));
    }
    return texts;
  }

  @Test
  void json_saysWhatTheEventSays() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    for (int i = 0; i < 200; i++) {
      events.advance();
      JsonNode json = mapper.readTree(events.json());

      assertThat(json.path("eventName").asText()).isEqualTo(EventMix.TYPES.get(events.type()));
      assertThat(json.path("eventTs").asLong() * 1_000).isEqualTo(events.timeMillis());
      for (String field : List.of("userId", "postId", "creatorId", "categoryId")) {
        assertThat(json.path(field).asText()).isEqualTo(events.field(field));
      }
      assertThat(events.amount()).isEqualTo(json.path("durationMs").asDouble(1));
    }
  }

  @Test
  void text_isThatOfTheEvent_toTheByte() {
    // Calculated by hand: the digits of 0, and of a number with zeros at its end.
    assertThat(
            EventStream.json(new JsonBytes(), EventMix.TIMESPENT, 0, 107, 1_707_605_599L, 59_990))
        .asString(US_ASCII)
        .isEqualTo(
            "{\"eventName\":\"timespent\",\"userId\":\"u0\",\"postId\":\"p107\",\"creatorId\":\"c10\","
                + "\"categoryId\":\"t7\",\"eventTs\":1707605599,\"durationMs\":59990}");
  }

  @Test
  void oneInTen_isLate_byAMinuteAtMost() {
    int late = 0;
    for (long next = 0; events.advance(); next++) {
      // 50,000 events at 5,000 per second end at the last second.
      long inTime = 1_707_605_599 - (49_999 - next) / 5_000;
      long behind = inTime - events.timeMillis() / 1_000;
      assertThat(behind).isBetween(0L, 60L);
      late += behind > 0 ? 1 : 0;
    }

    assertThat(late / 50_000.0).isCloseTo(0.1, within(0.01));
  }

  @Test
  void theFirstUser_hasItsShareByZipfsLaw() {
    double sum = 0;
    for (int rank = 1; rank <= 1_000; rank++) {
      sum += Math.pow(rank, -1.1);
    }
    int first = 0;
    while (events.advance()) {
      first += events.field("userId").equals("u0") ? 1 : 0;
    }

    assertThat(first / 50_000.0).isCloseTo(1 / sum, within(0.01));
  }
}
