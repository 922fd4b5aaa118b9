package io.countermachine.training.replay;

import io.countermachine.job.ingest.Event;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Emits the instant of the newest event at the end of the input. */
final class NewestInstant extends AbstractStreamOperator<RequestPart>
    implements OneInputStreamOperator<Event, RequestPart>, BoundedOneInput {
  private static final long serialVersionUID = 1L;

  private transient long newestMillis;

  @Override
  public void open() throws Exception {
    super.open();
    newestMillis = Long.MIN_VALUE;
  }

  @Override
  public void processElement(StreamRecord<Event> element) {
    newestMillis = Math.max(newestMillis, element.getValue().timeMillis());
  }

  @Override
  public void endInput() {
    output.collect(new StreamRecord<>(new RequestPart.Newest(newestMillis)));
  }
}
