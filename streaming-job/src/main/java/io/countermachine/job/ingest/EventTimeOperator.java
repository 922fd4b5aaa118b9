package io.countermachine.job.ingest;

import io.countermachine.job.rules.OpenRuleBook;
import io.countermachine.job.rules.RuleBooks;
import io.countermachine.rules.RuleBook;
import java.util.Optional;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/**
 * A keyed operator that waits for event time, which follows the clock while there is no input, and
 * that reads which keys to forget.
 *
 * @param <I> the input
 * @param <O> the output
 */
public abstract class EventTimeOperator<I, O> extends AbstractStreamOperator<O>
    implements OneInputStreamOperator<I, O>, Triggerable<String, VoidNamespace> {
  private static final long serialVersionUID = 1L;

  /**
   * The metric with the instant up to which all output that depends on event time was emitted,
   * epoch milliseconds. Flink's own metrics stand still while there is no input.
   */
  private static final String EVENT_TIME = "eventTimeMillis";

  private final String timersName;

  /** Null if nothing can be forgotten. */
  private final RuleBooks ruleBooks;

  private transient OpenRuleBook rules;
  private transient InternalTimerService<VoidNamespace> timers;
  private transient IdleClock idleClock;
  private transient boolean isRestored;
  private transient volatile long eventTimeMillis;

  /**
   * Creates the operator.
   *
   * @param timersName the name of its timers in the state
   * @param ruleBooks the contents of the rules topic; empty if nothing can be forgotten
   */
  protected EventTimeOperator(String timersName, Optional<RuleBooks> ruleBooks) {
    this.timersName = timersName;
    this.ruleBooks = ruleBooks.orElse(null);
    chainingStrategy = ChainingStrategy.ALWAYS;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    isRestored = context.isRestored();
  }

  @Override
  public void open() throws Exception {
    super.open();
    rules = ruleBooks == null ? null : ruleBooks.open();
    timers = getInternalTimerService(timersName, VoidNamespaceSerializer.INSTANCE, this);
    idleClock = new IdleClock(getProcessingTimeService(), this::processWatermark);
    if (isRestored) {
      idleClock.open();
    }
    eventTimeMillis = 0;
    getMetricGroup().gauge(EVENT_TIME, (Gauge<Long>) () -> eventTimeMillis);
  }

  @Override
  public void close() throws Exception {
    if (rules != null) {
      rules.close();
    }
    super.close();
  }

  /**
   * The rule book with the values to forget, once the operator is open; null if nothing can be
   * forgotten.
   */
  protected final RuleBook forgotten() {
    return rules == null ? null : rules.rules();
  }

  /** The operator's timers, once it is open. */
  protected final InternalTimerService<VoidNamespace> timers() {
    return timers;
  }

  /** Processes an input. */
  protected abstract void process(I input) throws Exception;

  @Override
  public final void processElement(StreamRecord<I> element) throws Exception {
    idleClock.open();
    process(element.getValue());
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.getTimestamp() > timers.currentWatermark()) {
      super.processWatermark(mark);
      eventTimeMillis = Math.max(0, mark.getTimestamp());
    }
  }

  /** Even if there is no input at all, open sessions and panes must end. */
  @Override
  public void processWatermarkStatus(WatermarkStatus status) throws Exception {
    super.processWatermarkStatus(status);
    idleClock.status(status);
  }
}
