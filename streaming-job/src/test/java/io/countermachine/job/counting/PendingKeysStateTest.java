package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.catalog.Group;
import io.countermachine.job.TestCatalogs;
import io.countermachine.job.counting.FlushSlots.ChangedKey;
import io.countermachine.measure.Counters;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.OperatorStateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PendingKeysStateTest {
  private static final List<Group> GROUPS = TestCatalogs.SMALL.catalog().groups();
  private static final int USER = 0;
  private static final int PAIR = 1;
  private static final int MAX_PARALLELISM = 16;
  private static final String PACKED = "waiting-keys-by-key-group";

  /** Version 1: the user u and the pair u of key group 8. Savepoints contain these bytes. */
  private static final String ELEMENT_V1 =
      "01" // version
          + "0008" // key group
          + "01" // a group
          + "000475736572" // user
          + "00" // a key
          + "0275" // u
          + "01" // a group
          + "000470616972" // pair
          + "00" // a key
          + "0275"; // u

  private OperatorStateBackend store;

  @BeforeEach
  void open() throws Exception {
    store =
        new DefaultOperatorStateBackendBuilder(
                getClass().getClassLoader(),
                new ExecutionConfig(),
                false,
                List.of(),
                new CloseableRegistry())
            .build();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static PendingKeys pending() {
    return new PendingKeys(GROUPS, Duration.ofSeconds(1), Duration.ofMillis(200), 20, () -> 0);
  }

  private PendingKeysState state(int firstKeyGroup, int lastKeyGroup) throws Exception {
    return new PendingKeysState(
        store, GROUPS, new KeyGroupRange(firstKeyGroup, lastKeyGroup), MAX_PARALLELISM);
  }

  private ListState<byte[]> elements() throws Exception {
    return store.getUnionListState(
        new ListStateDescriptor<>(PACKED, BytePrimitiveArraySerializer.INSTANCE));
  }

  private List<byte[]> saved() throws Exception {
    return StreamSupport.stream(elements().get().spliterator(), false).toList();
  }

  private static List<ChangedKey> restored(PendingKeysState state) throws Exception {
    List<ChangedKey> keys = new ArrayList<>();
    state.restore((group, key) -> keys.add(new ChangedKey(group, key)));
    return keys;
  }

  @Test
  void manyKeys_takeOneElementPerKeyGroup_andOneSetOfKeysPerCheckpoint() throws Exception {
    PendingKeysState all = state(0, MAX_PARALLELISM - 1);
    for (int checkpoint = 0; checkpoint < 2; checkpoint++) {
      PendingKeys pending = pending();
      for (int i = 0; i < 10_000; i++) {
        pending.add(i % 2, "key" + i);
      }
      all.save(List.of(new ChangedKey(PAIR, "lost")), pending);
    }
    assertThat(saved()).hasSize(MAX_PARALLELISM);

    List<byte[]> saved = saved();
    List<ChangedKey> restored = new ArrayList<>(restored(state(0, 4)));
    elements().update(saved);
    restored.addAll(restored(state(5, MAX_PARALLELISM - 1)));
    assertThat(restored)
        .doesNotHaveDuplicates()
        .hasSize(10_001)
        .contains(new ChangedKey(PAIR, "lost"), new ChangedKey(USER, "key0"));
  }

  @Test
  void versionOne_isRead_andWrittenAgainToTheSameBytes() throws Exception {
    elements().update(List.of(HexFormat.of().parseHex(ELEMENT_V1)));
    PendingKeysState state = state(8, 8);
    assertThat(restored(state))
        .containsExactly(new ChangedKey(USER, "u"), new ChangedKey(PAIR, "u"));
    elements().update(List.of(HexFormat.of().parseHex(ELEMENT_V1)));
    assertThat(restored(state(9, 15))).isEmpty();

    PendingKeys pending = pending();
    pending.add(PAIR, "u");
    pending.add(USER, "u");
    state.save(List.of(), pending);
    assertThat(elements().get())
        .singleElement()
        .satisfies(bytes -> assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(ELEMENT_V1));
  }

  @Test
  void whatWasRestored_isNotKept() throws Exception {
    elements().update(List.of(HexFormat.of().parseHex(ELEMENT_V1)));
    assertThat(restored(state(8, 8))).hasSize(2);
    assertThat(saved()).isEmpty();
  }

  @Test
  void buffers_shrinkAfterAPeak() throws Exception {
    PendingKeysState state = state(0, MAX_PARALLELISM - 1);
    PendingKeys peak = pending();
    for (int i = 0; i < 100_000; i++) {
      peak.add(USER, "key" + i);
    }
    state.save(List.of(), peak);
    assertThat(state.bufferBytes()).isGreaterThan(700_000);

    PendingKeys calm = pending();
    for (int i = 0; i < 1_000; i++) {
      calm.add(USER, "key" + i);
    }
    state.save(List.of(), calm);
    state.save(List.of(), calm);
    assertThat(saved()).hasSize(MAX_PARALLELISM);
    assertThat(state.bufferBytes()).isBetween(8_000L, 50_000L);

    state.save(List.of(), pending());
    assertThat(saved()).isEmpty();
    assertThat(state.bufferBytes()).isLessThanOrEqualTo(MAX_PARALLELISM * 256L);
  }

  @Test
  void laterVersion_isRefused() throws Exception {
    elements().update(List.of(new byte[] {2, 0, 0}));
    assertThatThrownBy(() -> restored(state(0, 15)))
        .isInstanceOf(SuppressRestartsException.class)
        .rootCause()
        .hasMessageContaining("form 2");
  }

  /**
   * The state of an earlier release's operator in a savepoint: counters, and a name per pending
   * key.
   */
  private static final class EarlierRelease extends AbstractStreamOperator<ItemWrite>
      implements OneInputStreamOperator<KeyedCounters, ItemWrite> {
    private static final long serialVersionUID = 1L;
    private transient ListState<String> waiting;

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(context);
      waiting =
          context
              .getOperatorStateStore()
              .getUnionListState(new ListStateDescriptor<>("waiting-keys", Types.STRING));
    }

    @Override
    public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
      Counters counters = element.getValue().counters();
      getRuntimeContext()
          .getState(CountersState.of(GROUPS.get(USER), RetainHistory.FOREVER, 0))
          .update(counters);
      waiting.add(counters.schema().name() + "." + element.getValue().key());
    }
  }

  @Test
  void keysWaitingInASavepointOfAnEarlierRelease_areWritten_atAnotherParallelism()
      throws Exception {
    OperatorSubtaskState savepoint;
    try (KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, ItemWrite> earlier =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new EarlierRelease(), KeyedCounters::key, Types.STRING, MAX_PARALLELISM, 1, 0)) {
      earlier.open();
      for (int i = 0; i < 100; i++) {
        Counters one = new Counters(GROUPS.get(USER).schema());
        one.add(0, i, 0);
        earlier.processElement(new KeyedCounters("a.b" + i, one), 0);
      }
      savepoint = earlier.snapshot(1, 0);
    }
    Map<String, Double> written = new HashMap<>();
    for (int subtask = 0; subtask < 2; subtask++) {
      try (CountHarness after =
          new CountHarness(TestCatalogs.SMALL, new HashMapStateBackend(), 2, subtask)) {
        after.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                savepoint, MAX_PARALLELISM, 1, 2, subtask));
        after.open();
        after.advanceTo(1_000);
        for (ItemWrite write : after.take()) {
          assertThat(written.put(write.key(), write.counters().stored(0, 1))).isNull();
        }
      }
    }
    assertThat(written).hasSize(100).containsEntry("a.b0", 0.0).containsEntry("a.b99", 99.0);
  }
}
