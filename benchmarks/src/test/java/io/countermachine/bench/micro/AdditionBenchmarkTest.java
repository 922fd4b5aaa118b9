package io.countermachine.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.twitter.algebird.DecayedValue;
import io.countermachine.measure.Counters;
import io.countermachine.measure.Schema;
import org.junit.jupiter.api.Test;

/** Checks that both sides of the benchmark do the same work. */
class AdditionBenchmarkTest {
  private static final int EVENTS = 5_000;

  @Test
  void oursAndAlgebirds_agree_afterTheSameEvents() {
    AdditionBenchmark ofOurs = new AdditionBenchmark();
    AdditionBenchmark ofAlgebird = new AdditionBenchmark();
    Counters ours = null;
    DecayedValue[] algebirds = null;
    for (int i = 0; i < EVENTS; i++) {
      ours = ofOurs.ours();
      algebirds = ofAlgebird.algebird();
    }

    Schema schema = ours.schema();
    for (int i = 0; i < algebirds.length; i++) {
      double tau = schema.tauMillis(i);
      double expected = ofAlgebird.lifetime();
      if (!Double.isInfinite(tau)) {
        double behind = ours.lastUpdateMillis() / tau - algebirds[i].scaledTime();
        expected = algebirds[i].value() * Math.exp(-behind);
      }
      assertThat(ours.stored(0, i)).isCloseTo(expected, within(expected * 1e-6));
    }
  }
}
