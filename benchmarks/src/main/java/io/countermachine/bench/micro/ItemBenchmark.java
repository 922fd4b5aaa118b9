package io.countermachine.bench.micro;

import io.countermachine.catalog.Group;
import io.countermachine.catalog.ItemFormat;
import io.countermachine.counters.Counters;
import io.countermachine.item.ItemCodec;
import io.countermachine.item.ItemJson;
import io.countermachine.item.StoredCounters;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item of five measures and six intervals is made from counters, and read again. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ItemBenchmark {
  private final Group group = Samples.group();
  private final Counters counters = Samples.counters(group);
  private final ItemJson json = new ItemJson(ItemFormat.READABLE);
  private final Map<String, AttributeValue> item =
      ItemCodec.encode(Samples.KEY, counters, OptionalLong.empty());

  /** To the SDK's attribute values. */
  @Benchmark
  public Map<String, AttributeValue> encode() {
    return ItemCodec.encode(Samples.KEY, counters, OptionalLong.empty());
  }

  /** To the JSON that DynamoDB takes, which the SDK would still have to make of the above. */
  @Benchmark
  public byte[] json() {
    return json.encode(Samples.KEY, counters, OptionalLong.empty());
  }

  /** From the SDK's attribute values. */
  @Benchmark
  public StoredCounters decode() {
    return ItemCodec.decode(item, group);
  }
}
