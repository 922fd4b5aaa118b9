package io.countermachine.training.replay;

import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingSpec;
import io.countermachine.training.requests.RequestReader;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Passes a request on, and emits what it asks of each key to a side output. */
final class AskFunction extends ProcessFunction<RequestPart, RequestPart> {
  private static final long serialVersionUID = 1L;

  private final TrainingSpec spec;
  private final OutputTag<KeyedEntry> asked;
  private transient RequestReader reader;
  private transient Asks asks;

  AskFunction(TrainingSpec spec, OutputTag<KeyedEntry> asked) {
    this.spec = spec;
    this.asked = asked;
  }

  @Override
  public void open(OpenContext openContext) {
    TrainingPlan plan = spec.plan();
    reader = plan.reader();
    asks = new Asks(plan);
  }

  @Override
  public void processElement(RequestPart part, Context context, Collector<RequestPart> out) {
    RequestPart.Line line = (RequestPart.Line) part;
    asks.of(line.request(), reader.read(line.line()), entry -> context.output(asked, entry));
    out.collect(line);
  }
}
