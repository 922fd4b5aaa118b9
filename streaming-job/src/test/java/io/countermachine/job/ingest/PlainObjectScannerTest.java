package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.deadletters.Reason;
import io.countermachine.job.TestCatalogs;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainObjectScannerTest {
  private static final long CLOCK = 1_707_605_600_000L;
  private static final String EVENT =
      " {\"eventName\" : \"view\",\"userId\":\"u17\",\"postId\":1234, \"eventTs\":1707605599000,\n"
          + "\"other\":null,\"durationMs\":70,\"eventId\":\"e-1\" }";

  private final ParsedField user = new ParsedField("userId");
  private final ParsedField time = new ParsedField("eventTs");
  private final PlainObjectScanner scanner = new PlainObjectScanner(new ParsedField[] {user, time});

  private boolean scan(String text) {
    return scanner.scan(text.getBytes(ISO_8859_1));
  }

  @Test
  void plainObject_isScanned_whateverItsWhiteSpaceAndOtherFields() {
    assertThat(scan(EVENT)).isTrue();
    assertThat(user.keyText()).isEqualTo("u17");
    assertThat(time.integer()).isEqualTo(1_707_605_599_000L);
  }

  @Test
  void repeatedField_lastCounts_alsoWhereItIsNull() {
    assertThat(scan("{\"userId\":\"a\",\"userId\":0,\"eventTs\":5,\"eventTs\":null}")).isTrue();
    assertThat(user.keyText()).isEqualTo("0");
    assertThat(time.isAbsent()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[1]",
        "{\"a\":1",
        "{\"a\":1,}",
        "{\"a\":1}}",
        "{\"a\":1} x",
        "{\"a\" 1}",
        "{\"a\":}",
        "{\"a\":01}",
        "{\"a\":-1}",
        "{\"a\":1.5}",
        "{\"a\":1e5}",
        "{\"a\":1234567890123456789}",
        "{\"a\":true}",
        "{\"a\":nul}",
        "{\"a\":{}}",
        "{\"a\":\"\\n\"}",
        "{\"a\":\"\u00e9\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":\"b}",
        "{a:1}"
      })
  void whatIsNotOfThePlainestForm_isLeftToTheParser(String text) {
    assertThat(scan(text)).isFalse();
  }

  /** An unused field with a fraction makes the parser read the same event. */
  @Test
  void decoder_findsTheSameByScannerAndByParser_inEventsWithChangedBytes() {
    Random random = new Random(1);
    EventDecoder decoder = new EventDecoder(TestCatalogs.SMALL.catalog());
    String alphabet = "{}[]\",:\\ 0123456789-+.eEtfnull\u00e9\n\u0000ux";
    for (int round = 0; round < 50_000; round++) {
      StringBuilder text = new StringBuilder(EVENT);
      for (int change = random.nextInt(3); change >= 0; change--) {
        int at = random.nextInt(text.length() - 1);
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        if (random.nextBoolean()) {
          text.setCharAt(at, c);
        } else {
          text.insert(at, c);
        }
      }
      String changed = text.toString();
      String forTheParser = changed.substring(0, changed.length() - 1) + ",\"zz\":0.5}";

      Event scanned = decoder.decode(changed.getBytes(ISO_8859_1), CLOCK, CLOCK);
      Reason reason = decoder.reason();
      Event parsed = decoder.decode(forTheParser.getBytes(ISO_8859_1), CLOCK, CLOCK);

      assertThat(reason).as(changed).isEqualTo(decoder.reason());
      assertThat(scanned).as(changed).usingRecursiveComparison().isEqualTo(parsed);
    }
  }
}
