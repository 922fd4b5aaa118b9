package io.countermachine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A group of plain counts has no cost for the needs of other kinds. */
class PlainCountersTest {
  private static final long BASE = 1_707_605_599_000L;
  private static final List<Interval> INTERVALS =
      List.of(Interval.decay("10s", 10_000), Interval.LIFETIME);
  private static final Schema SCHEMA =
      Schema.of(
          "g",
          List.of("userId"),
          List.of(
              new Measure("view", MeasureKind.count(), INTERVALS),
              new Measure("like", MeasureKind.count(), INTERVALS),
              new Measure("spent", MeasureKind.sum(), INTERVALS)),
          INTERVALS,
          1_000);

  @Test
  void stateOfCounts_isAnIndexAndADoublePerInterval() throws IOException {
    Counters counters = new Counters(SCHEMA);
    counters.add(0, 1, BASE);
    counters.add(2, 250, BASE + 10_000);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    counters.write(new DataOutputStream(bytes));
    ByteBuffer expected = ByteBuffer.allocate(2 + 16 + 2 + 16 + 2);
    expected.putShort((short) 0).putDouble(0.36787944117144233).putDouble(1);
    expected.putShort((short) 2).putDouble(250).putDouble(250).putShort((short) 0xFFFF);
    assertThat(bytes.toByteArray()).isEqualTo(expected.array());
    assertThat(SCHEMA.stateBytes(0)).isEqualTo(new StateBytes(16, 16));

    ByteArrayOutputStream copied = new ByteArrayOutputStream();
    Counters.copy(
        SCHEMA,
        BASE,
        new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())),
        new DataOutputStream(copied));
    assertThat(copied.toByteArray()).isEqualTo(expected.array());
  }

  @Test
  void arithmetic_isOneFactorPerEvent_toTheLastBit() {
    Counters counters = new Counters(SCHEMA);
    Counters merged = new Counters(SCHEMA);
    Random random = new Random(7);
    double[][] expected = new double[3][2];
    long instant = Long.MIN_VALUE;
    for (int i = 0; i < 1_000; i++) {
      int measure = random.nextInt(3);
      double amount = measure == 2 ? random.nextDouble() * 1_000 : 1;
      long at = BASE + random.nextInt(100_000);
      counters.add(measure, amount, at);
      Counters one = new Counters(SCHEMA);
      one.add(measure, amount, at);
      merged.merge(one);
      if (at > instant) {
        for (int m = 0; m < 3 && instant != Long.MIN_VALUE; m++) {
          expected[m][0] *= Math.exp(-(at - instant) / 10_000.0);
        }
        instant = at;
      }
      double late = instant == at ? 1 : Math.exp(-(instant - at) / 10_000.0);
      expected[measure][0] += amount * late;
      expected[measure][1] += amount;
    }
    for (int measure = 0; measure < 3; measure++) {
      for (int interval = 0; interval < 2; interval++) {
        assertThat(counters.stored(measure, interval)).isEqualTo(expected[measure][interval]);
        assertThat(merged.stored(measure, interval)).isEqualTo(expected[measure][interval]);
      }
    }
  }

  @Test
  void events_allocateNothing() {
    Counters counters = new Counters(SCHEMA);
    Counters part = new Counters(SCHEMA);
    Occurrence occurrence = new Occurrence();
    run(counters, part, occurrence);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    run(counters, part, occurrence);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000);
  }

  private static void run(Counters counters, Counters part, Occurrence occurrence) {
    for (int i = 0; i < 20_000; i++) {
      counters.add(i % 3, 1, BASE + i);
      counters.add(i % 3, occurrence.at(BASE + i - 500).value(2));
      part.add(i % 3, 1, BASE + i);
      counters.merge(part);
    }
  }

  @Test
  void newKey_takesNoMoreThanItsNumbersAndOneObject() {
    for (int i = 0; i < 20_000; i++) {
      new Counters(SCHEMA).add(0, 1, BASE);
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Counters[] kept = new Counters[1_000];
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < kept.length; i++) {
      kept[i] = new Counters(SCHEMA);
      kept[i].add(0, 1, BASE);
    }
    double perKey = (threads.getCurrentThreadAllocatedBytes() - before) / 1_000.0;
    // The object with 4 references and 2 longs, the array of 3 rows, and a row of 2 doubles.
    assertThat(perKey).isLessThan(48 + 32 + 32 + 1);
  }
}
