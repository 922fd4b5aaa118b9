package io.countermachine.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.deadletters.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The decoder does what {@code docs/events.md} shows. */
class EventsPageTest {
  /** The instant that the page uses. */
  private static final long CLOCK = 1_707_605_600_000L;

  private static String page;

  @BeforeAll
  static void read() throws IOException {
    page = Files.readString(Path.of("..", "docs", "events.md"));
  }

  /** The fenced blocks of a language, in order. */
  private static List<String> blocks(String language) {
    return Arrays.stream(page.split("```" + language + "\n"))
        .skip(1)
        .map(rest -> rest.substring(0, rest.indexOf("```")))
        .toList();
  }

  private static EventDecoder bundled() {
    String unit = "timestamps: {unit: seconds, maxAhead: 1m}";
    String text = CatalogLoader.bundledText();
    String site = "  site:\n";
    assertThat(text).contains(unit, site);
    // The page says that it leaves out the group that accepts every event.
    String catalog =
        text.replaceAll("(?s)\n" + site + ".*?\n\n", "\n\n").replaceAll("(?s)\nsets:.*", "");
    return new EventDecoder(
        CatalogLoader.parse(
            "bundled.yaml",
            catalog.replace(unit, "timestamps: {unit: seconds, maxAhead: 1m, maxBehind: 30d}")));
  }

  @Test
  void firstEvent_isCounted() {
    EventDecoder decoder = bundled();
    assertThat(decoder.decode(blocks("json").get(0).getBytes(UTF_8), CLOCK, CLOCK)).isNotNull();
  }

  @Test
  void ownEvents_areCountedByTheCatalogOfThePage() {
    EventDecoder decoder =
        new EventDecoder(CatalogLoader.parse("page.yaml", blocks("yaml").get(0)));
    Event event = decoder.decode(blocks("json").get(1).getBytes(UTF_8), CLOCK, CLOCK);
    assertThat(event.timeMillis()).isEqualTo(1_707_605_599_250L);
    assertThat(event.keys()).containsExactly("1234", "p9", "1234|p9");
    assertThat(event.moreKeys()).isDeepEqualTo(new String[][] {null, {"p10"}, {"1234|p10"}});
  }

  @Test
  void deadLetters_haveTheReasonsOfThePage_andEachReasonHasAnExample() {
    EventDecoder decoder = bundled();
    Set<Reason> shown = EnumSet.noneOf(Reason.class);
    for (String line : blocks("dead-letters").get(0).lines().toList()) {
      String reason = line.substring(0, line.indexOf(' '));
      String record = line.substring(line.indexOf(' ') + 1);
      assertThat(decoder.decode(record.getBytes(UTF_8), CLOCK, CLOCK)).as(line).isNull();
      assertThat(decoder.reason().label()).as(line).isEqualTo(reason);
      shown.add(decoder.reason());
    }
    // A record without a value cannot be shown.
    assertThat(EnumSet.complementOf(EnumSet.copyOf(shown))).containsExactly(Reason.EMPTY);
    for (Reason reason : Reason.values()) {
      assertThat(page).contains("| `%s` |".formatted(reason.label()));
    }
  }
}
