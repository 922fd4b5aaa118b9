package io.countermachine.job.counting;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.countermachine.job.TestCatalogs;
import java.util.List;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.contrib.streaming.state.EmbeddedRocksDBStateBackend;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** State that a later release keeps under a name of this release, but with another kind. */
class RestoredKindTest {
  private static final String COUNTERS = "counters-user";

  enum Kind {
    OTHER_KEYED_STATE,
    OTHER_KEYED_SERIALIZER,
    OTHER_OPERATOR_STATE,
    OTHER_OPERATOR_SERIALIZER
  }

  private static final class LaterRelease extends AbstractStreamOperator<ItemWrite>
      implements OneInputStreamOperator<KeyedCounters, ItemWrite> {
    private static final long serialVersionUID = 1L;
    private final Kind kind;

    LaterRelease(Kind kind) {
      this.kind = kind;
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
      super.initializeState(context);
      if (kind == Kind.OTHER_OPERATOR_STATE) {
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("waiting-keys-by-key-group", Types.STRING))
            .update(List.of("u1"));
      } else if (kind == Kind.OTHER_OPERATOR_SERIALIZER) {
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("waiting-keys-by-key-group", Types.STRING))
            .update(List.of("u1"));
      }
    }

    @Override
    public void processElement(StreamRecord<KeyedCounters> element) throws Exception {
      if (kind == Kind.OTHER_KEYED_STATE) {
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>(COUNTERS, Types.STRING, Types.LONG))
            .put("like", 1L);
      } else if (kind == Kind.OTHER_KEYED_SERIALIZER) {
        getRuntimeContext().getState(new ValueStateDescriptor<>(COUNTERS, Types.LONG)).update(1L);
      }
    }
  }

  private static OperatorSubtaskState stateOfALaterRelease(Kind kind, StateBackend backend)
      throws Exception {
    try (KeyedOneInputStreamOperatorTestHarness<String, KeyedCounters, ItemWrite> later =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new LaterRelease(kind),
            KeyedCounters::key,
            Types.STRING,
            CountHarness.MAX_PARALLELISM,
            1,
            0)) {
      later.setStateBackend(backend);
      later.open();
      later.processElement(new KeyedCounters("u1", null), 0);
      return later.snapshot(1, 0);
    }
  }

  private static void endsTheJob(Kind kind, StateBackend backend) throws Exception {
    OperatorSubtaskState later = stateOfALaterRelease(kind, backend);
    try (CountHarness harness = new CountHarness(TestCatalogs.SMALL, backend, 1, 0)) {
      assertThatThrownBy(
              () -> {
                harness.initializeState(later);
                harness.open();
              })
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .hasMessageContaining("another kind of state under a name of this release")
          .hasMessageContaining("start the release that wrote it");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void otherKindOfState_endsTheJob_onTheHeap(Kind kind) throws Exception {
    endsTheJob(kind, new HashMapStateBackend());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void otherKindOfState_endsTheJob_inRocksDb(Kind kind) throws Exception {
    endsTheJob(kind, new EmbeddedRocksDBStateBackend());
  }
}
