package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Group;
import io.countermachine.job.config.CatalogText;
import io.countermachine.measure.Counters;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.queryablestate.client.state.serialization.KvStateSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A state is restored under one changed catalog after the other. No entry is rewritten before it is
 * needed: converting a large state at once would take longer than an outage may.
 */
class ChangedCatalogTest {
  private static final long T0 = 1_707_605_599_000L;

  private static final CatalogText FIRST = catalog("[view]", "[10s, lifetime]");
  private static final CatalogText SECOND = catalog("[like, view]", "[1h, lifetime]");
  private static final CatalogText THIRD = catalog("[like, share, view]", "[lifetime]");

  private static CatalogText catalog(String counts, String intervals) {
    return new CatalogText(
        "c.yaml",
        "{timestamps: {unit: milliseconds}, intervals: %s, groups: {user: {key: [userId], counts: %s}}}"
            .formatted(intervals, counts));
  }

  private static CountHarness open(
      StateBackend backend, CatalogText catalog, OperatorSubtaskState state) throws Exception {
    CountHarness harness = new CountHarness(catalog, backend, 1, 0);
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
    return harness;
  }

  private static Group user(CatalogText catalog) {
    return catalog.catalog().group("user").orElseThrow();
  }

  private static void send(CountHarness harness, CatalogText catalog, String key, String measure)
      throws Exception {
    harness.send("user", key, user(catalog).schema().measureIndex(measure), T0);
  }

  private static Map<String, Counters> write(CountHarness harness) throws Exception {
    harness.advanceTo(harness.getProcessingTime() + 1_000);
    Map<String, Counters> written = new HashMap<>();
    harness.take().forEach(write -> written.put(write.key(), write.counters()));
    return written;
  }

  private static double value(Counters counters, String measure, String interval) {
    return counters.stored(
        counters.schema().measureIndex(measure), counters.schema().intervalIndex(interval));
  }

  /** RocksDB's entry of a key, without the timestamp that Flink's time to live puts before it. */
  private static String stored(CountHarness harness, CatalogText catalog, String key)
      throws Exception {
    Object state =
        harness
            .getOperator()
            .getKeyedStateBackend()
            .getPartitionedState(
                VoidNamespace.INSTANCE,
                VoidNamespaceSerializer.INSTANCE,
                CountersState.of(user(catalog), RetainHistory.FOREVER, 0));
    // Flink's time to live wraps the state and does not expose it.
    Field original =
        Class.forName("org.apache.flink.runtime.state.ttl.AbstractTtlDecorator")
            .getDeclaredField("original");
    original.setAccessible(true);
    byte[] bytes = serialized((InternalKvState<?, ?, ?>) original.get(state), key);
    return HexFormat.of().formatHex(Arrays.copyOfRange(bytes, Long.BYTES, bytes.length));
  }

  @SuppressWarnings("unchecked")
  private static <V> byte[] serialized(InternalKvState<?, ?, V> state, String key)
      throws Exception {
    InternalKvState<String, VoidNamespace, V> ofKeys =
        (InternalKvState<String, VoidNamespace, V>) state;
    return ofKeys.getSerializedValue(
        KvStateSerializer.serializeKeyAndNamespace(
            key,
            StringSerializer.INSTANCE,
            VoidNamespace.INSTANCE,
            VoidNamespaceSerializer.INSTANCE),
        StringSerializer.INSTANCE,
        VoidNamespaceSerializer.INSTANCE,
        ofKeys.getValueSerializer());
  }

  /** An entry with one measure that happened: its form, instant, number and values. */
  private static String entry(int form, int measure, double... values) {
    ByteBuffer bytes = ByteBuffer.allocate(14 + 8 * values.length);
    bytes.putShort((short) form).putLong(T0).putShort((short) measure);
    for (double value : values) {
      bytes.putDouble(value);
    }
    return HexFormat.of().formatHex(bytes.putShort((short) -1).array());
  }

  @Test
  void entriesOfRocksDb_stayAsTheyAre_untilTheyAreNeeded_overSeveralChanges() throws Exception {
    String old = entry(0, 0, 1, 1);
    OperatorSubtaskState state;
    try (CountHarness harness = open(new EmbeddedRocksDBStateBackend(), FIRST, null)) {
      for (String key : List.of("early", "late", "never")) {
        send(harness, FIRST, key, "view");
      }
      write(harness);
      assertThat(stored(harness, FIRST, "early")).isEqualTo(old);
      state = harness.snapshot(1, 0);
    }
    try (CountHarness harness = open(new EmbeddedRocksDBStateBackend(), SECOND, state)) {
      assertThat(stored(harness, SECOND, "early")).isEqualTo(old);
      send(harness, SECOND, "early", "view");
      Counters early = write(harness).get("early");
      assertThat(value(early, "view", "lifetime")).isEqualTo(2);
      assertThat(value(early, "view", "1h")).isEqualTo(1);
      assertThat(stored(harness, SECOND, "early")).isEqualTo(entry(1, 1, 1, 2));
      assertThat(stored(harness, SECOND, "late")).isEqualTo(old);
      state = harness.snapshot(2, 0);
    }
    try (CountHarness harness = open(new EmbeddedRocksDBStateBackend(), THIRD, state)) {
      assertThat(stored(harness, THIRD, "early")).isEqualTo(entry(1, 1, 1, 2));
      assertThat(stored(harness, THIRD, "late")).isEqualTo(old);
      send(harness, THIRD, "early", "view");
      send(harness, THIRD, "late", "view");
      write(harness);
      assertThat(stored(harness, THIRD, "early")).isEqualTo(entry(2, 2, 3));
      assertThat(stored(harness, THIRD, "late")).isEqualTo(entry(2, 2, 2));
      assertThat(stored(harness, THIRD, "never")).isEqualTo(old);
    }
  }

  private static StateBackend backend(String name) {
    return name.equals("heap") ? new HashMapStateBackend() : new EmbeddedRocksDBStateBackend();
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void values_areThoseOfTheNames_overSeveralChangesAndBack(String backend) throws Exception {
    OperatorSubtaskState state = null;
    CatalogText[] catalogs = {FIRST, SECOND, THIRD, FIRST, SECOND};
    for (int i = 0; i < catalogs.length; i++) {
      try (CountHarness harness = open(backend(backend), catalogs[i], state)) {
        send(harness, catalogs[i], "all", "view");
        send(harness, catalogs[i], "first and " + i, "view");
        if (i > 0) {
          send(harness, catalogs[i], "first and " + (i + 5), "view");
        } else {
          for (int later = 1; later < catalogs.length; later++) {
            send(harness, catalogs[i], "first and " + later, "view");
          }
        }
        Map<String, Counters> written = write(harness);
        assertThat(value(written.get("all"), "view", "lifetime")).isEqualTo(i + 1);
        if (i > 0) {
          assertThat(value(written.get("first and " + i), "view", "lifetime")).isEqualTo(2);
          assertThat(value(written.get("first and " + (i + 5)), "view", "lifetime")).isEqualTo(1);
        }
        state = harness.snapshot(i, 0);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"heap", "rocksdb"})
  void anotherKey_endsTheStart(String backend) throws Exception {
    OperatorSubtaskState state;
    try (CountHarness harness = open(backend(backend), FIRST, null)) {
      send(harness, FIRST, "u", "view");
      state = harness.snapshot(1, 0);
    }
    CatalogText other = new CatalogText("c.yaml", FIRST.text().replace("userId", "creatorId"));
    assertThatThrownBy(() -> open(backend(backend), other, state).close())
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("creatorId");
  }
}
