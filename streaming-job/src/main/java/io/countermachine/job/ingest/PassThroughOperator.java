package io.countermachine.job.ingest;

import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Replaces {@link DeduplicateOperator} while the catalog has no {@code deduplicate}, under the same
 * uid, because Flink refuses a savepoint with state that no operator claims. The ids in that state
 * are dropped. The operator is chained, so it costs a call per event and no shuffle.
 */
public final class PassThroughOperator extends AbstractStreamOperator<Event>
    implements OneInputStreamOperator<Event, Event> {
  private static final long serialVersionUID = 1L;

  public PassThroughOperator() {
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    context
        .getOperatorStateStore()
        .getUnionListState(DeduplicateOperator.progressDescriptor())
        .clear();
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    output.collect(element);
  }
}
