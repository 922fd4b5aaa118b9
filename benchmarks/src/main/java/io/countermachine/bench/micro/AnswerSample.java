package io.countermachine.bench.micro;

import io.countermachine.bench.workload.DataSet;
import io.countermachine.bench.workload.Workload;
import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.features.v1.FeatureRequest;
import io.countermachine.features.v1.Fields;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemKey;
import io.countermachine.item.StoredItem;
import io.countermachine.json.JsonBytes;
import io.countermachine.service.encode.FeatureColumnsWriter;
import io.countermachine.service.encode.FeatureResponseWriter;
import io.countermachine.service.encode.ProtobufBytes;
import io.countermachine.service.evaluate.FeatureEvaluator;
import io.countermachine.service.metrics.ServerTiming;
import io.countermachine.service.plan.FeatureValues;
import io.countermachine.service.plan.LimitsProperties;
import io.countermachine.service.plan.RequestKeys;
import io.countermachine.service.rules.KeyRules;
import io.countermachine.service.store.CountedMeasures;
import io.countermachine.service.store.CounterStore;
import io.countermachine.service.store.Deadline;
import io.countermachine.service.store.ReadListener;
import io.countermachine.service.store.ReadResult;
import io.countermachine.service.web.FeatureRequestRules;
import io.countermachine.service.web.ProtobufRequestReader;
import java.time.Duration;
import java.util.List;

/**
 * A response as in {@code bench serving}: 200 candidates, 50 features, evaluated and in both
 * formats.
 */
final class AnswerSample {
  private static final int REQUEST = 0;

  private final Workload workload = new Workload(Workload.Features.SIX_GROUPS, Workload.Size.FULL);
  private final LimitsProperties limits =
      new LimitsProperties(1 << 21, 1_000, 1_000, 2_048, 100_000, 10_000);
  private final FeatureValues values;

  AnswerSample() {
    FeatureRequestRules rules = new FeatureRequestRules(workload.catalog(), limits);
    RequestKeys keys = new RequestKeys(new ProtobufRequestReader(rules).read(request()), limits);
    values =
        new FeatureValues(
            keys,
            new FeatureEvaluator(new DataStore(), () -> CountedMeasures.ALL, KeyRules.NONE)
                .evaluate(
                    keys,
                    Workload.AS_OF_MILLIS,
                    Workload.AS_OF_MILLIS,
                    Deadline.after(Duration.ofMinutes(1)),
                    new ServerTiming()));
  }

  private FeatureRequest request() {
    FeatureRequest.Builder request =
        FeatureRequest.newBuilder()
            .setSet(Workload.SET)
            .setContext(Fields.newBuilder().putValues("userId", workload.user(REQUEST)))
            .setAsOf(Workload.AS_OF_MILLIS);
    for (int candidate = 0; candidate < Workload.CANDIDATES; candidate++) {
      request.addCandidates(
          Fields.newBuilder()
              .putValues("postId", workload.post(REQUEST, candidate))
              .putValues("creatorId", workload.creator(REQUEST, candidate)));
    }
    return request.build();
  }

  FeatureValues values() {
    return values;
  }

  byte[] json() {
    JsonBytes json = new JsonBytes();
    FeatureResponseWriter.write(values, json);
    return json.toArray();
  }

  byte[] protobuf() {
    ProtobufBytes protobuf = new ProtobufBytes();
    FeatureColumnsWriter.write(values, protobuf);
    return protobuf.toArray();
  }

  /** The items of the benchmark's stub. */
  private final class DataStore implements CounterStore {
    @Override
    public void read(List<ItemKey> keys, ReadListener listener) {
      for (int i = 0; i < keys.size(); i++) {
        ItemKey key = keys.get(i);
        Group group = workload.catalog().group(key.group()).orElseThrow();
        listener.onResult(
            i,
            DataSet.has(key)
                ? ReadResult.found(stored(key, group), System.nanoTime())
                : ReadResult.absent(System.nanoTime()));
      }
    }

    private static StoredItem stored(ItemKey key, Group group) {
      return ItemCodec.decode(DataSet.item(key, group, ItemFormat.READABLE), group.itemSchema());
    }

    @Override
    public void check() {
      // Always available.
    }
  }
}
