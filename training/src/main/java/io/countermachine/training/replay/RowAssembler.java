package io.countermachine.training.replay;

import io.countermachine.json.JsonBytes;
import io.countermachine.service.encode.ValueJson;
import io.countermachine.service.evaluate.Evaluation;
import io.countermachine.service.evaluate.KeyValues;
import io.countermachine.service.plan.FeatureRequest;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.training.TrainingPlan;
import io.countermachine.training.TrainingRow;
import io.countermachine.training.TrainingSpec;
import io.countermachine.training.replay.RequestPart.Followed;
import io.countermachine.training.replay.RequestPart.Line;
import io.countermachine.training.replay.RequestPart.Newest;
import io.countermachine.training.replay.RequestPart.Values;
import io.countermachine.training.requests.RequestReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Assembles a request's rows once all of its parts have arrived, with the service's own classes.
 * The newest instant comes before all requests, and a request's line before its other parts.
 */
final class RowAssembler extends KeyedProcessFunction<String, RequestPart, TrainingRow> {
  /** The accumulator of requests whose labels cannot be known yet. */
  static final String TOO_YOUNG = "requests too young";

  /** The accumulator of requests whose rows were made. */
  static final String MADE = "requests made";

  private static final long serialVersionUID = 1L;
  private static final String[] NONE = {};

  private final TrainingSpec spec;
  private final RuleHistory rules;
  private final LongCounter tooYoung = new LongCounter();
  private final LongCounter made = new LongCounter();

  private transient TrainingPlan plan;
  private transient KeyRules keyRules;
  private transient RequestReader reader;
  private transient Asks asks;
  private transient int[] rowFields;
  private transient JsonBytes json;
  private transient long newestMillis;

  private transient long number;
  private transient FeatureRequest request;
  private transient RequestKeys keys;
  private transient KeyValues[] values;
  private transient byte[] labels;
  private transient int missing;

  /**
   * Creates the assembler.
   *
   * @param rules which keys were blocked when; null if none was
   */
  RowAssembler(TrainingSpec spec, RuleHistory rules) {
    this.spec = spec;
    this.rules = rules;
  }

  @Override
  public void open(OpenContext openContext) {
    plan = spec.plan();
    keyRules = rules == null ? KeyRules.NONE : new KeyRules(plan.catalog(), rules.book());
    reader = plan.reader();
    asks = new Asks(plan);
    rowFields = plan.rowFields().stream().mapToInt(plan.fields()::index).toArray();
    json = new JsonBytes();
    newestMillis = spec.untilMillis() == null ? Long.MIN_VALUE : spec.untilMillis();
    getRuntimeContext().addAccumulator(TOO_YOUNG, tooYoung);
    getRuntimeContext().addAccumulator(MADE, made);
  }

  @Override
  public void processElement(RequestPart part, Context context, Collector<TrainingRow> out) {
    if (part instanceof Newest newest) {
      newestMillis = Math.max(newestMillis, newest.millis());
      return;
    }
    if (part instanceof Line line) {
      begin(line);
    } else if (part.request() != number) {
      throw new IllegalStateException("a part of request %d came before it".formatted(number));
    } else if (part instanceof Values ofKey) {
      values[ofKey.number()] =
          keyRules.block(keys.keys().get(ofKey.number()), asks.atMillis(request))
              ? keys.evaluator(ofKey.number()).blocked()
              : ofKey.values();
      missing--;
    } else if (part instanceof Followed followed) {
      labels[followed.number()] = (byte) (followed.followed() ? 1 : 0);
      missing--;
    }
    if (missing == 0) {
      finish(out);
    }
  }

  private void begin(Line line) {
    if (missing > 0) {
      throw new IllegalStateException("parts of request %d are missing".formatted(number));
    }
    number = line.request();
    request = reader.read(line.line());
    keys = asks.keys(request);
    values = new KeyValues[keys.keys().size()];
    labels = new byte[request.candidates().length * spec.labels().size()];
    Arrays.fill(labels, TrainingRow.NO_LABEL);
    missing = values.length;
    for (int candidate = 0; candidate < request.candidates().length; candidate++) {
      for (int label = 0; label < spec.labels().size(); label++) {
        missing += asks.labelKey(request, candidate, label) == null ? 0 : 1;
      }
    }
  }

  private void finish(Collector<TrainingRow> out) {
    if (!isOldEnough()) {
      tooYoung.add(1);
      return;
    }
    FeatureValues features =
        new FeatureValues(
            keys, new Evaluation(values, asks.atMillis(request), false, 0, Long.MIN_VALUE, 0));
    for (int candidate = 0; candidate < request.candidates().length; candidate++) {
      out.collect(row(features, candidate));
    }
    made.add(1);
  }

  /** Returns true if everything that the labels need has happened. */
  private boolean isOldEnough() {
    for (int label = 0; label < spec.labels().size(); label++) {
      if (request.asOfMillis().orElseThrow() + plan.labelMillis(label) > newestMillis) {
        return false;
      }
    }
    return true;
  }

  private TrainingRow row(FeatureValues features, int candidate) {
    String[] rowKeys = new String[rowFields.length];
    for (int i = 0; i < rowKeys.length; i++) {
      rowKeys[i] = Asks.value(request, candidate, rowFields[i]);
    }
    int size = plan.features().size();
    double[] numbers = new double[size];
    String[] texts = NONE;
    String[] documents = NONE;
    byte[] statuses = new byte[size];
    for (int feature = 0; feature < size; feature++) {
      numbers[feature] = features.value(candidate, feature);
      Object object = features.object(candidate, feature);
      if (object instanceof String text) {
        texts = texts == NONE ? new String[size] : texts;
        texts[feature] = text;
      } else if (object != null) {
        documents = documents == NONE ? new String[size] : documents;
        documents[feature] = json(object);
        numbers[feature] = Double.NaN;
      }
      statuses[feature] = (byte) features.status(candidate, feature).index();
    }
    int labelCount = spec.labels().size();
    return new TrainingRow(
        number,
        candidate,
        request.asOfMillis().orElseThrow(),
        rowKeys,
        numbers,
        texts,
        documents,
        statuses,
        Arrays.copyOfRange(labels, candidate * labelCount, (candidate + 1) * labelCount));
  }

  private String json(Object object) {
    json.clear();
    ValueJson.write(Double.NaN, object, json);
    return new String(json.toArray(), StandardCharsets.UTF_8);
  }
}
