package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.Catalog;
import io.countermachine.item.ItemKey;
import io.countermachine.job.TestCatalogs;
import io.countermachine.local.verification.Recomputation;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Any record is an event, an ignored event or a dead letter. The seed is printed; {@code
 * -Dfuzz.seed=} replays it, and {@code -Dfuzz.inputs=} sets the number of inputs.
 */
class EventDecoderFuzzTest {
  private static final int INPUTS = Integer.getInteger("fuzz.inputs", 1_000_000);
  private static final int COMPARED = INPUTS / 10;
  private static final long SEED = Long.getLong("fuzz.seed", 20_261_121L);
  private static final long CLOCK = 1_707_605_599_000L;

  private static final List<String> VALID =
      List.of(
          "{\"eventName\":\"like\",\"eventTs\":1707605599000,\"userId\":\"u1\",\"eventId\":\"e1\"}",
          "{\"eventName\":\"view\",\"eventTs\":1,\"userId\":12,\"postId\":\"p\\u00e9|\\\\\"}",
          "{\"eventName\":\"timespent\",\"eventTs\":0,\"durationMs\":1.5e3,\"userId\":\"\uD83D\uDE00\"}",
          "{\"eventName\":\"swipe\",\"eventTs\":5,\"userId\":null,\"more\":[1,{\"a\":{}}]}");

  private static final List<String> FIELDS =
      List.of("eventName", "eventTs", "userId", "postId", "eventId", "durationMs", "other", "");

  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "0",
          "-0",
          "-1",
          "1e999",
          "-1e-999",
          "1.7976931348623157e308",
          "4.9e-324",
          "9223372036854775807",
          "9223372036854775808",
          "123456789012345678901234567890",
          "01",
          "+1",
          ".5",
          "1.",
          "NaN",
          "Infinity",
          "\"\"",
          "\"like\"",
          "\"view\"",
          "\"timespent\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\x\"",
          "\"unclosed",
          "'single'",
          "\uFEFF1");

  private final Random random = new Random(SEED);
  private final Catalog catalog = TestCatalogs.SMALL.catalog();
  private final EventDecoder decoder = new EventDecoder(catalog);
  private int deepest = 5_000;
  private int events;
  private int ignored;
  private int deadLetters;

  @Test
  void anyInput_isAnEventOrIgnoredOrADeadLetter() {
    System.out.printf("fuzz: %d inputs, seed %d%n", INPUTS, SEED);
    for (int i = 0; i < INPUTS; i++) {
      byte[] input = input(i % 4);
      byte[] untouched = input.clone();
      try {
        check(decoder.decode(input, CLOCK, CLOCK));
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        throw new AssertionError(
            "input %d of seed %d: %s".formatted(i, SEED, Arrays.toString(untouched)), e);
      }
      // A dead letter contains the record's original bytes.
      assertThat(Arrays.equals(input, untouched)).isTrue();
    }
    // The fuzzer reaches all three outcomes.
    assertThat(events).isGreaterThan(INPUTS / 100);
    assertThat(ignored).isGreaterThan(INPUTS / 1_000);
    assertThat(deadLetters).isGreaterThan(INPUTS / 10);
  }

  /** Both implement the same rules, with different parsers. */
  @Test
  void decisions_areThoseOfTheRecomputation() {
    System.out.printf("fuzz: %d comparisons, seed %d%n", COMPARED, SEED);
    deepest = 500;
    for (int i = 0; i < COMPARED; i++) {
      byte[] input = input(i % 4);
      Recomputation recomputation = new Recomputation(catalog);
      recomputation.add(input, CLOCK);
      String expected =
          recomputation.deadLetters().isEmpty()
              ? null
              : recomputation.deadLetters().get(0).reason();
      decoder.decode(input, CLOCK, CLOCK);
      String found = decoder.reason() == null ? null : decoder.reason().label();
      assertThat(found).as("input %d: %s", i, new String(input, UTF_8)).isEqualTo(expected);
    }
  }

  private void check(Event event) {
    if (event == null) {
      if (decoder.reason() == null) {
        ignored++;
      } else {
        deadLetters++;
        assertThat(decoder.detail()).isNotNull();
      }
      return;
    }
    events++;
    assertThat(decoder.reason()).isNull();
    assertThat(event.type()).isBetween(0, catalog.events().size() - 1);
    assertThat(event.timeMillis()).isBetween(0L, CLOCK + 60_000);
    assertThat(Double.isFinite(event.value())).isTrue();
    for (String key : event.keys()) {
      assertThat(key == null || (!key.isEmpty() && ItemKey.fits(key))).isTrue();
    }
  }

  private byte[] input(int kind) {
    return switch (kind) {
      case 0 -> anyBytes();
      case 1 -> json(0).getBytes(UTF_8);
      case 2 -> mutated(pick(VALID).getBytes(UTF_8));
      default -> object(0).getBytes(UTF_8);
    };
  }

  private byte[] anyBytes() {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    if (bytes.length > 1 && random.nextBoolean()) {
      bytes[0] = '{';
      bytes[1] = '"';
    }
    return bytes;
  }

  private byte[] mutated(byte[] valid) {
    byte[] bytes = valid.clone();
    for (int change = random.nextInt(4); change > 0; change--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] = (byte) random.nextInt(256);
        case 1 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + at);
        case 3 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(8));
        default -> {
          // Repeats a piece of it.
          byte[] twice = Arrays.copyOf(bytes, bytes.length + at);
          System.arraycopy(bytes, 0, twice, bytes.length, at);
          bytes = twice;
        }
      }
    }
    return bytes;
  }

  private String json(int depth) {
    return switch (random.nextInt(depth > 4 ? 2 : 6)) {
      case 0 -> pick(SCALARS);
      case 1 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
      case 2 -> "[" + json(depth + 1) + "," + json(depth + 1) + "]";
      case 3 -> deep();
      default -> object(depth + 1);
    };
  }

  private String deep() {
    int levels = random.nextInt(20) == 0 ? deepest : random.nextInt(20);
    String closed = random.nextBoolean() ? "]".repeat(levels) : "";
    return "[".repeat(levels) + pick(SCALARS) + closed;
  }

  private String object(int depth) {
    StringBuilder text = new StringBuilder("{");
    if (random.nextInt(4) > 0) {
      text.append("\"eventName\":\"").append(pick(List.of("like", "view", "timespent", "no")));
      text.append("\",\"eventTs\":").append(random.nextInt(1_000)).append(",\"userId\":\"u\"");
      text.append(random.nextBoolean() ? ",\"durationMs\":1" : "");
    }
    for (int field = random.nextInt(4); field > 0; field--) {
      text.append(text.length() == 1 ? "" : ",");
      text.append('"').append(pick(FIELDS)).append("\":").append(json(depth + 1));
    }
    return text.append(random.nextInt(50) == 0 ? "" : "}").toString();
  }

  private <T> T pick(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }
}
