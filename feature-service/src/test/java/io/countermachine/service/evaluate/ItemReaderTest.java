package io.countermachine.service.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.countermachine.catalog.FeatureOperand;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.yaml.CatalogLoader;
import io.countermachine.measure.Counters;
import io.countermachine.measure.ItemValues;
import io.countermachine.measure.LabelStatistics;
import io.countermachine.measure.LabelValue;
import io.countermachine.measure.Occurrence;
import java.util.List;
import org.junit.jupiter.api.Test;

class ItemReaderTest {
  private static final Group POST =
      CatalogLoader.parse(
              "c.yaml",
              """
              events: {view: {}}
              groups:
                post:
                  key: [postId]
                  histograms: {countries: {of: view, by: country, keep: 2}}
                  intervals: [1h, last_5m]
              """)
          .group("post")
          .orElseThrow();

  private static final long NEWEST = 1_707_605_599_000L;
  private static final long HOUR = 3_600_000;
  private static final long TEN_YEARS = 10 * 365 * 24 * HOUR;

  /** A view of three DE and one AT. */
  private static ItemView at(long instant) {
    Counters counters = new Counters(POST.schema());
    for (String country : List.of("DE", "AT", "DE", "DE")) {
      counters.add(0, new Occurrence().at(NEWEST).label(country));
    }
    return new ItemView(ItemValues.of(POST.itemSchema(), counters), instant);
  }

  private static double number(FeatureOperand operand, long instant) {
    return ItemReader.of(POST.itemSchema(), operand).number(at(instant));
  }

  private static FeatureOperand share(String interval, boolean isField) {
    return new FeatureOperand.Share(POST, 0, POST.schema().intervalIndex(interval), "DE", isField);
  }

  /** All weights decay alike, first to numbers of few digits and then to 0. The shares stay. */
  @Test
  @SuppressWarnings("unchecked")
  void partsOfADecayedHistogram_stay_howeverOldItIs() {
    FeatureOperand entropy = new FeatureOperand.Entropy(POST, 0, POST.schema().intervalIndex("1h"));
    double right = -0.75 * Math.log(0.75) - 0.25 * Math.log(0.25);
    for (long age : new long[] {0, HOUR, 744 * HOUR, TEN_YEARS}) {
      assertThat(number(share("1h", false), NEWEST + age)).isCloseTo(0.75, within(1e-12));
      assertThat(number(entropy, NEWEST + age)).isCloseTo(right, within(1e-12));
      List<LabelValue> parts =
          (List<LabelValue>)
              ItemReader.of(POST.itemSchema(), share("1h", true)).object(at(NEWEST + age));
      assertThat(LabelStatistics.share(parts, "DE")).isCloseTo(0.75, within(1e-12));
    }
    FeatureOperand entry =
        new FeatureOperand.Entry(POST, 0, POST.schema().intervalIndex("1h"), "DE", false);
    assertThat(number(entry, NEWEST + HOUR)).isCloseTo(3 / Math.E, within(1e-12));
    assertThat(number(entry, NEWEST + TEN_YEARS)).isZero();
  }

  @Test
  void partsOfAWindow_areThoseOfWhatIsInIt() {
    assertThat(number(share("last_5m", false), NEWEST)).isEqualTo(0.75);
    assertThat(number(share("last_5m", false), NEWEST + HOUR)).isNaN();
  }
}
