package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Panes with any number of values: only the kind defines the number. */
class PaneLanesTest {
  private static final long BASE = 1_707_606_000_000L;
  private static final long MINUTE = 60_000;
  private static final Interval LAST = Interval.last("last_10m", 10 * MINUTE, MINUTE);
  private static final Interval EACH = Interval.each("each_1m", MINUTE, 2 * MINUTE);

  /** A mean that stores a weight and a sum, or everything that the counters keep of it. */
  private static final class TestKind extends MeasureKind {
    private static final long serialVersionUID = 1L;

    private final int lanes;

    TestKind(int lanes) {
      super("TEST", Integer.toString(lanes));
      this.lanes = lanes;
    }

    @Override
    public Optional<String> refusal(Interval interval) {
      return Optional.empty();
    }

    @Override
    Cell newCell(Shape shape) {
      return new LinearCell(shape, Accumulator.MOMENTS);
    }

    @Override
    StateBytes stateBytes(Shape shape) {
      return Sizes.NOTHING;
    }

    @Override
    public Form form() {
      return Form.CONSTANT;
    }

    @Override
    public int paneLanes() {
      return lanes;
    }

    @Override
    double ofPanes(int statistic, double first, double second, double third, double center) {
      return lanes == 2 ? second / first : first;
    }

    @Override
    void store(Counters counters, int measure, ItemValues into, int output) {
      into.storePanes(output, ((LinearCell) counters.cellOrNull(measure)).row(), counters);
    }
  }

  private static Schema schema(int lanes, Interval interval) {
    Measure measure = new Measure("m", new TestKind(lanes), List.of(interval));
    return Schema.of("g", List.of("userId"), List.of(measure), List.of(interval), 1_000);
  }

  @Test
  void panesOfTwoNumbers_areSummedEach() {
    ItemValues values = new ItemValues(ItemSchema.of(schema(2, LAST)));
    values.lastUpdate(BASE + 3 * MINUTE);
    for (int pane = 0; pane < 4; pane++) {
      values.panesToFill(0, 0).put(BASE + pane * MINUTE, 0, 2);
      values.panesToFill(0, 0).put(BASE + pane * MINUTE, 1, 10 * pane);
    }

    assertThat(values.value(0, 0, BASE + 3 * MINUTE)).isEqualTo(60.0 / 8);
    assertThat(values.valueOfPane(0, 0, BASE + 3 * MINUTE)).isEqualTo(15);
  }

  @Test
  void allNumbersOfPanes_areStored_whereOlderOnesAreLeftOut() {
    Counters counters = new Counters(schema(4, EACH));
    for (int minute : new int[] {0, 9, 10}) {
      counters.add(0, new Occurrence().at(BASE + minute * MINUTE).weight(3).value(7 + minute));
    }

    Panes stored = ItemValues.of(ItemSchema.of(counters.schema()), counters).panes(0, 0);

    assertThat(stored.size()).isEqualTo(2);
    for (int pane = 0; pane < 2; pane++) {
      assertThat(stored.value(pane, Accumulator.CENTER)).isEqualTo(16 + pane);
      assertThat(stored.value(pane, Accumulator.WEIGHT)).isEqualTo(3);
    }
  }
}
