package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.local.verification.Recomputation;
import io.countermachine.local.verification.Recomputation.Reading;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Nested fields, instants and arrays: the decoder finds the same reasons and keys as a
 * recomputation on complete trees. {@code -Dfuzz.seed=} replays, {@code -Dfuzz.inputs=} sets the
 * number of inputs.
 */
class PlacedFieldsFuzzTest {
  private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1_000_000) / 20;
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_127L);
  private static final long CLOCK = 1_707_605_600_000L;

  private static final Catalog CATALOG =
      CatalogLoader.parse(
          "placed.yaml",
          """
          timestamps: {unit: iso8601, maxAhead: 1m, maxBehind: 365d}
          fields:
            eventName: type
            eventTs: at
            postId: a.b.id
            userId: {at: a.user, absent: ["null", nobody]}
            readerId: {at: a.user}
            durationMs: a.ms
          events: {view: {}, timespent: {value: durationMs}}
          groups:
            user: {key: [userId], counts: [view], sums: [timespent]}
            post: {key: [postId], counts: [view]}
            pair: {key: [postId, readerId], counts: [view]}
          """);

  private static final List<String> NAMES =
      List.of("type", "at", "a", "b", "id", "user", "ms", "eventName", "userId", "é");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "0",
          "-0",
          "17",
          "1.5",
          "1e3",
          "123456789012345678901234567890",
          "\"\"",
          "\"17\"",
          "\"p|q\\\\\"",
          "\"null\"",
          "\"nobody\"",
          "\"view\"",
          "\"timespent\"",
          "\"\\ud800\"",
          "\"\\u0000\"",
          "\"é\"",
          "\"2024-02-10T22:53:19Z\"",
          "\"2024-02-10 23:53:19,5+0100\"",
          "\"2024-02-10T22:53:60Z\"",
          "\"2024-02-30T22:53:19Z\"",
          "\"2022-02-10T22:53Z\"",
          "\"2999-02-10T22:53:19Z\"");

  private final Random random = new Random(SEED);
  private final EventDecoder decoder = new EventDecoder(CATALOG);

  @Test
  void reasonsAndKeys_areThoseOfTheRecomputation() {
    System.out.printf("fuzz: %d inputs, seed %d%n", INPUTS, SEED);
    int events = 0;
    int severalKeys = 0;
    Set<String> reasons = new HashSet<>();
    for (int i = 0; i < INPUTS; i++) {
      String input = record();
      Recomputation recomputation = new Recomputation(CATALOG);
      String expected = recomputation.add(input.getBytes(UTF_8), Reading.at(CLOCK));

      Event event = decoder.decode(input.getBytes(UTF_8), CLOCK, CLOCK);
      String found = decoder.reason() == null ? null : decoder.reason().label();

      assertThat(found).as("input %d: %s", i, input).isEqualTo(expected);
      assertThat(keys(event))
          .as("input %d: %s", i, input)
          .containsExactlyInAnyOrderElementsOf(recomputation.keys());
      reasons.add(found);
      events += event == null ? 0 : 1;
      severalKeys += event != null && event.moreKeys() != null ? 1 : 0;
    }
    // The fuzzer reaches all of them.
    assertThat(reasons)
        .contains(
            "malformed",
            "bad_event_name",
            "bad_timestamp",
            "future_timestamp",
            "past_timestamp",
            "bad_value",
            "bad_key",
            "no_group");
    assertThat(events).isGreaterThan(INPUTS / 20);
    assertThat(severalKeys).isGreaterThan(INPUTS / 100);
  }

  private static List<Recomputation.Key> keys(Event event) {
    List<Recomputation.Key> keys = new ArrayList<>();
    for (int group = 0; event != null && group < CATALOG.groups().size(); group++) {
      String name = CATALOG.groups().get(group).name();
      if (event.keys()[group] != null) {
        keys.add(new Recomputation.Key(name, event.keys()[group]));
      }
      if (event.moreKeys() != null && event.moreKeys()[group] != null) {
        for (String key : event.moreKeys()[group]) {
          keys.add(new Recomputation.Key(name, key));
        }
      }
    }
    return keys;
  }

  /** A record that often is an event, sometimes with an added or replaced part. */
  private String record() {
    StringBuilder text = new StringBuilder("{");
    field(text, "type", often("\"view\""));
    field(text, "at", often("\"2024-02-10T22:53:19Z\""));
    field(text, "a", random.nextInt(8) == 0 ? json(0) : inner());
    for (int more = random.nextInt(3); more > 0; more--) {
      field(text, NAMES.get(random.nextInt(NAMES.size())), json(0));
    }
    return text.append(random.nextInt(60) == 0 ? "" : "}").toString();
  }

  private String inner() {
    StringBuilder text = new StringBuilder("{");
    field(text, "user", often("\"u1\""));
    field(text, "ms", often("70"));
    StringBuilder deeper = new StringBuilder("{");
    field(deeper, "id", often("\"p1\""));
    field(text, "b", often(deeper.append('}').toString()));
    return text.append('}').toString();
  }

  private void field(StringBuilder object, String name, String value) {
    if (random.nextInt(12) > 0) {
      object.append(object.length() == 1 ? "" : ",");
      object.append('"').append(name).append("\":").append(value);
    }
  }

  private String often(String value) {
    return random.nextInt(4) > 0 ? value : json(2);
  }

  private String json(int depth) {
    return switch (random.nextInt(depth > 3 ? 1 : 5)) {
      case 0, 1 -> SCALARS.get(random.nextInt(SCALARS.size()));
      case 2, 3 -> array(depth);
      default -> {
        StringBuilder text = new StringBuilder("{");
        for (int fields = random.nextInt(3); fields > 0; fields--) {
          field(text, NAMES.get(random.nextInt(NAMES.size())), json(depth + 1));
        }
        yield text.append('}').toString();
      }
    };
  }

  private String array(int depth) {
    List<String> elements = new ArrayList<>();
    for (int count = random.nextInt(4); count > 0; count--) {
      elements.add(
          random.nextInt(6) > 0 ? "\"" + (char) ('a' + random.nextInt(4)) + "\"" : json(depth + 1));
    }
    return "[" + String.join(",", elements) + "]";
  }
}
