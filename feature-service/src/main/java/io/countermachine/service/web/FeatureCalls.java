package io.countermachine.service.web;

import io.countermachine.catalog.Catalog;
import io.countermachine.service.admission.Admission;
import io.countermachine.service.answerlog.AnswerLog;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** Responds to requests for features, in any format of request and response. */
@Component
public final class FeatureCalls {
  private final FeatureEvaluator evaluator;
  private final FeatureMeters meters;
  private final Admission admission;
  private final LimitsProperties limits;
  private final AnswerLog log;
  private final Clock clock;

  FeatureCalls(
      Catalog catalog,
      CounterStore store,
      Supplier<CountedMeasures> counted,
      KeyRules rules,
      LimitsProperties limits,
      Admission admission,
      AnswerLog log,
      MeterRegistry registry,
      Clock clock) {
    this.evaluator = new FeatureEvaluator(store, counted, rules);
    this.meters = new FeatureMeters(registry, catalog, clock);
    this.admission = admission;
    this.limits = limits;
    this.log = log;
    this.clock = clock;
  }

  /** The request and the response of a call. */
  public interface Exchange {
    /** The caller's request id, or one generated here. */
    String requestId();

    /** Reads the request. Called after the call has got a place. */
    FeatureRequest read();

    /** Encodes the response. */
    void encode(FeatureValues values);

    /** Sends the encoded response. The call keeps its places meanwhile. */
    void send(ServerTiming timing) throws IOException;
  }

  /** Responds to a call whose request has arrived completely. Its time limit starts now. */
  public void answer(Deadlines.Budget budget, Exchange exchange) throws IOException {
    Deadline deadline = budget.fromNow();
    ServerTiming timing = new ServerTiming();
    FeatureValues values;
    try (Admission.Permit permit = admission.admit(deadline.remainingNanos())) {
      FeatureRequest request = exchange.read();
      RequestKeys keys = new RequestKeys(request, limits);
      permit.resize(
          keys.keys().size(),
          (long) request.results() * request.plan().size(),
          deadline.remainingNanos());
      Evaluation evaluation = evaluate(keys, budget, deadline, timing, permit);
      values = new FeatureValues(keys, evaluation);
      exchange.encode(values);
      timing.encodeEnds();
      meters.count(values);
      if (evaluation.complete()) {
        permit.complete();
      }
      exchange.send(timing);
    }
    log.offer(exchange.requestId(), values);
  }

  /** Evaluates the keys, and reports missing values to admission control. */
  private Evaluation evaluate(
      RequestKeys keys,
      Deadlines.Budget budget,
      Deadline deadline,
      ServerTiming timing,
      Admission.Permit permit) {
    boolean failed = true;
    try {
      // Read the clock once, so that all values of a response are as of one instant.
      long now = clock.millis();
      Evaluation evaluation = evaluator.evaluate(keys, keys.asOfMillis(now), now, deadline, timing);
      failed = !evaluation.complete();
      return evaluation;
    } finally {
      if (failed) {
        permit.incomplete(!budget.isCallers() && deadline.remainingNanos() <= 0);
      }
    }
  }
}
