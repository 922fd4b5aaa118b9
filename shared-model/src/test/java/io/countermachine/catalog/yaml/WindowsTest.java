package io.countermachine.catalog.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.countermachine.catalog.Catalog;
import io.countermachine.catalog.Durations;
import io.countermachine.measure.Interval;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The five kinds of intervals: labels, steps and retention. */
class WindowsTest {
  private static Catalog catalog(String unit, String windows, String intervals) {
    return CatalogLoader.parse(
        "c.yaml",
        """
        timestamps: {unit: %s}
        windows: %s
        groups: {g: {key: [a], counts: [view], intervals: %s}}
        """
            .formatted(unit, windows, intervals));
  }

  private static Interval interval(String unit, String windows, String label) {
    return catalog(unit, windows, "[" + label + "]")
        .group("g")
        .orElseThrow()
        .schema()
        .intervals()
        .get(0);
  }

  private static List<String> faults(String windows, String intervals) {
    CatalogException invalid =
        catchThrowableOfType(CatalogException.class, () -> catalog("seconds", windows, intervals));
    assertThat(invalid).as("the catalog should be invalid").isNotNull();
    return invalid.faults();
  }

  /**
   * The smallest common step that is at least a 60th of the window, divides it and is not below the
   * unit.
   */
  @ParameterizedTest
  @CsvSource({
    "seconds, last_30s, 1s",
    "seconds, last_1m, 1s",
    "seconds, last_90s, 2s",
    "seconds, last_5m, 5s",
    "seconds, last_7m, 10s",
    "seconds, last_1h, 1m",
    "seconds, last_3h, 5m",
    "seconds, last_1d, 30m",
    "seconds, last_7d, 3h",
    "seconds, last_30d, 12h",
    "seconds, last_60d, 1d",
    "milliseconds, last_1h, 1m",
    "iso8601, last_2s, 1s",
    // No common step divides these, so there are as many equal panes as fit, at most 60.
    "seconds, last_90d, 36h",
    "milliseconds, last_500ms, 10ms",
    "seconds, last_61s, 61s"
  })
  void step_isCalm_unlessGiven(String unit, String label, String step) {
    assertThat(interval(unit, "{}", label).stepMillis())
        .isEqualTo(Durations.parse(step).orElseThrow().toMillis());
  }

  @Test
  void windows_giveStepAndKeep_byLabelsInAnyForm() {
    assertThat(interval("seconds", "{last_300s: {step: 1s}}", "last_5m"))
        .isEqualTo(Interval.last("last_5m", 300_000, 1_000));
    assertThat(interval("seconds", "{each_1m: {keep: 2h}}", "each_60s"))
        .isEqualTo(Interval.each("each_1m", 60_000, 7_200_000));
    assertThat(interval("seconds", "{}", "each_1h"))
        .isEqualTo(Interval.each("each_1h", 3_600_000, 60 * 3_600_000L));
    assertThat(interval("seconds", "{}", "session_1800s"))
        .isEqualTo(Interval.session("session_30m", 1_800_000));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "{last_1h: {step: 7m}} # [last_1h] # c.yaml:2: step 7m does not fit last_1h; it has to divide 1h and be a multiple of the timestamps' unit, 1s",
        "{last_1h: {step: 500ms}} # [last_1h] # c.yaml:2: step 500ms does not fit last_1h; it has to divide 1h and be a multiple of the timestamps' unit, 1s",
        "{last_1h: {keep: 2h}} # [last_1h] # c.yaml:2: unknown key \"keep\" in \"last_1h\"; known: step",
        "{each_1h: {keep: 1h}} # [each_1h] # c.yaml:2: keep 1h is too short for each_1h; it has to be at least 2h",
        "{each_1h: {step: 1m}} # [each_1h] # c.yaml:2: unknown key \"step\" in \"each_1h\"; known: keep, emit",
        "{each_1h: {emit: minutes}} # [each_1h] # c.yaml:2: \"emit\" of a window needs \"series\"; expected for example emit: {series: minutes}",
        "{each_1h: {emit: {when: closed}}} # [each_1h] # c.yaml:2: \"emit\" needs series, the name of a topic, such as emit: {series: minutes}",
        "{each_1h: {emit: {series: t, when: 100 events}}} # [each_1h] # c.yaml:2: when is \"100 events\"; expected closed or every 10s",
        "{last_1h: {emit: {series: t}}} # [last_1h] # c.yaml:2: unknown key \"emit\" in \"last_1h\"; known: step",
        "{session_1h: {keep: 1h}} # [1h] # c.yaml:2: \"session_1h\" in \"windows\" is not a window; expected for example last_1h: {step: 1m} or each_1m: {keep: 2h}",
        "{last_1h: {}, last_60m: {}} # [last_1h] # c.yaml:2: duplicate window \"last_60m\"; it is the same as last_1h, which is listed already",
        "{} # [last_1h, last_60m] # c.yaml:3: duplicate interval \"last_60m\"; it is the same as last_1h, which is listed already",
        "{} # [last_1500ms] # c.yaml:3: last_1500ms is not a multiple of the timestamps' unit, 1s",
        "{} # [each_500ms] # c.yaml:3: each_500ms is not a multiple of the timestamps' unit, 1s"
      })
  void windowThatDoesNotFit_isAFault(String windows, String intervals, String fault) {
    assertThat(faults(windows, intervals)).containsExactly(fault);
  }

  @ParameterizedTest
  @CsvSource({
    "last_",
    "last_1w",
    "each_0s",
    "session_lifetime",
    "lst_1h",
    "last1h",
    "each_last_1h"
  })
  void badLabel_isAFault(String label) {
    assertThat(faults("{}", "[" + label + "]").get(0))
        .startsWith("c.yaml:3: bad duration \"" + label + "\"; expected a whole number above 0");
  }

  @Test
  void seriesGoToTopics_byTheirIntervals() {
    String windows =
        "{each_60s: {keep: 2h, emit: {series: minutes, when: every 10s, late: revise}}}";
    Catalog emitting = catalog("seconds", windows, "[1h, each_1m]");
    assertThat(emitting.series()).containsOnlyKeys("each_1m");
    assertThat(emitting.series().get("each_1m")).hasToString("minutes every 10s");
    assertThat(emitting.emittedTopics()).containsExactly("minutes");
    assertThat(
            CatalogDiff.of(catalog("seconds", "{each_1m: {keep: 2h}}", "[1h, each_1m]"), emitting))
        .extracting(CatalogDiff.Change::toString)
        .containsExactly(
            "ok:   each_1m: its panes go to topic minutes every 10s, went to no topic: those that"
                + " change from the start on");
  }

  @Test
  void keyField_thatARecordOfASeriesHasItself_isAFault() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    """
                    windows:
                      each_1m: {emit: {series: minutes}}
                    groups: {g: {key: [a, reason], counts: [view], intervals: [each_1m]}}
                    """));
    assertThat(invalid.faults())
        .containsExactly(
            "c.yaml:2: clash: a record of a series has a field \"reason\" of its own, and group \"g\""
                + " has it in its key; give the field another name under fields");
  }

  @Test
  void windowThatNoIntervalsList_isNoted() {
    assertThat(catalog("seconds", "{last_1h: {step: 1s}}", "[1h]").notes())
        .containsExactly("\"windows\" has last_1h, which no intervals list");
  }

  /**
   * 7 times the longest interval, at least a day, for ever with lifetime; and long enough for all
   * panes that are kept.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "[1h, last_7d] # 49d",
        "[last_1h] # 1d",
        "[session_30m] # 1d",
        "[session_1d, 1h] # 7d",
        "[each_1m] # 1d",
        "[each_1h] # 61h",
        "[last_1h, lifetime] # for ever"
      })
  void retain_followsTheLongestInterval(String intervals, String retain) {
    assertThat(
            catalog("seconds", "{}", intervals)
                .group("g")
                .orElseThrow()
                .retain()
                .map(Durations::format)
                .orElse("for ever"))
        .isEqualTo(retain);
  }

  @Test
  void measureOfAnIntervalThatItCannotHave_isAFault_whereItListsIt() {
    CatalogException invalid =
        catchThrowableOfType(
            CatalogException.class,
            () ->
                CatalogLoader.parse(
                    "c.yaml",
                    """
                    events: {spent: {value: ms}}
                    groups:
                      g:
                        key: [a]
                        stats:
                          dwell: {of: spent, give: [mean, p50], intervals: [1h, last_1h]}
                      only:
                        key: [a]
                        intervals: [last_1h]
                        stats: {dwell: {of: spent, give: [p50]}}
                    sets: {s: [g.dwell_p50.last_1h]}
                    """));
    assertThat(invalid.faults())
        .hasSize(3)
        .satisfiesExactly(
            fault ->
                assertThat(fault)
                    .startsWith("c.yaml:6: \"dwell_p50\" of group \"g\" cannot have last_1h: "),
            fault ->
                assertThat(fault)
                    .startsWith("c.yaml:10: \"dwell_p50\" of group \"only\" keeps no interval: "),
            fault ->
                assertThat(fault)
                    .endsWith(
                        "\"dwell_p50\" of group \"g\" has no interval \"last_1h\"; known: 1h"));
  }
}
